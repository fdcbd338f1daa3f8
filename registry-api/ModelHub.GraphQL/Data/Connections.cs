using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>The types around a page: connection, edge, page info.</summary>
internal static class Connections
{
    public static ObjectDef Of(TypeRegistry types, Type node)
    {
        var shape = new Shape(node, false, null);
        var type = types.Output(shape);
        var name = type.Named.Name;
        return types.Object($"{name}Connection", null, connection =>
        {
            connection.Description = $"A page of {name}.";
            var write = types.Writer(shape, null);
            var edge = Edge(types, name, type, write);
            var nullable = new ListDef(new NonNullDef(edge));
            connection.Add(new FieldDef("edges", nullable) { Description = "The nodes with their cursors.", Pure = (_, page, _) => Edges((IPage)page!) });
            connection.Add(new FieldDef("nodes", new ListDef(type)) { Description = "The nodes alone.", Pure = (_, page, _) => ((IPage)page!).Nodes, Write = write });
            connection.Add(new FieldDef("pageInfo", new NonNullDef(Info(types))) { Description = "Where the page lies.", Pure = (_, page, _) => page });
            connection.Add(new FieldDef("totalCount", new NonNullDef(Int(types))) { Description = "How many there are on all pages.", Pure = (_, page, _) => ((IPage)page!).TotalCount, Write = types.Leaves.Int.Write, Weight = 10 });
        });
    }

    private static ObjectDef Edge(TypeRegistry types, string name, GraphType type, Execution.LeafWriter? write) => types.Object($"{name}Edge", null, edge =>
    {
        edge.Description = $"One {name} and its place in the order.";
        edge.Add(new FieldDef("cursor", new NonNullDef(Text(types))) { Description = "For the arguments after and before.", Pure = (_, e, _) => ((EdgeValue)e!).Cursor, Write = types.Leaves.String.Write });
        edge.Add(new FieldDef("node", type) { Description = $"The {name}.", Pure = (_, e, _) => ((EdgeValue)e!).Node, Write = write });
    });

    private static ObjectDef Info(TypeRegistry types) => types.Object("PageInfo", null, info =>
    {
        var boolean = new NonNullDef(types.Leaves.Boolean);
        types.Leaves.Use(types.Leaves.Boolean);
        info.Description = "Where a page lies.";
        info.Add(new FieldDef("hasNextPage", boolean) { Description = "More follow.", Pure = (_, p, _) => ((IPage)p!).HasNextPage, Write = types.Leaves.Boolean.Write });
        info.Add(new FieldDef("hasPreviousPage", boolean) { Description = "More come before.", Pure = (_, p, _) => ((IPage)p!).HasPreviousPage, Write = types.Leaves.Boolean.Write });
        info.Add(new FieldDef("startCursor", Text(types)) { Description = "The cursor of the first node; null on an empty page.", Pure = (_, p, _) => ((IPage)p!).Cursors is [var start, ..] ? start : null, Write = types.Leaves.String.Write });
        info.Add(new FieldDef("endCursor", Text(types)) { Description = "The cursor of the last node; null on an empty page.", Pure = (_, p, _) => ((IPage)p!).Cursors is [.., var end] ? end : null, Write = types.Leaves.String.Write });
    });

    private static List<EdgeValue> Edges(IPage page)
    {
        var (cursors, nodes) = (page.Cursors, page.Nodes);
        var edges = new List<EdgeValue>(cursors.Count);
        for (var i = 0; i < cursors.Count; i++)
            edges.Add(new EdgeValue(cursors[i], nodes[i]));
        return edges;
    }

    private static ScalarDef Text(TypeRegistry types)
    {
        types.Leaves.Use(types.Leaves.String);
        return types.Leaves.String;
    }

    private static ScalarDef Int(TypeRegistry types)
    {
        types.Leaves.Use(types.Leaves.Int);
        return types.Leaves.Int;
    }

    private sealed record EdgeValue(string Cursor, object? Node);
}
