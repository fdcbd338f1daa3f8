using System.Reflection;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Conventions;

/// <summary>How objects of a type are found by the id inside their global id.</summary>
internal sealed record NodeLoader(ObjectDef Type, AsyncResolver Load, Func<object?, object?> Bind, IReadOnlyList<AccessRule> Rules);

/// <summary>Global ids: the <c>Node</c> interface, <c>node</c> and <c>nodes</c>.</summary>
internal sealed class NodeFields(FieldBuilder fields, GraphQLOptions options)
{
    private readonly Dictionary<string, NodeLoader> loaders = new(StringComparer.Ordinal);
    private InterfaceDef? node;

    private TypeRegistry Types => fields.Types;

    /// <summary>Makes the type a Node that the method loads.</summary>
    public void Add(ObjectDef type, MethodInfo method)
    {
        var key = fields.Compiler.Arguments(method).FirstOrDefault() ?? throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} must take the id.");
        var bind = Types.Binder.For(Shape.Of(key), new IDAttribute());
        var loader = new NodeLoader(type, fields.Compiler.Async(method, _ => 0), bind, FieldBuilder.Rules(method));
        loaders[type.Name] = loader;
        type.Node = loader;
        var face = Interface();
        type.Interfaces.Add(face);
        face.Implementations.Add(type);
        var id = type.ClrType!.GetProperty("Id") ?? throw new SchemaException($"{type.Name} has a node resolver but no property Id.");
        var read = ResolverCompiler.Pure(id, null);
        type.Add(IdField(Types.Getters.Global(id, type.Name), (call, source, args) => GlobalId.Encode(type.Name, Types.Leaves.IdText(read(call, source, args)!))));
    }

    /// <summary>The two fields of the query type; none without nodes.</summary>
    public IEnumerable<FieldDef> RootFields()
    {
        if (node is null)
            yield break;
        // Whoever may call them at all; the loaders' own policies are judged per type.
        AccessRule[] rules = [new AccessRule(options.DefaultPolicy, null, false)];
        var single = new FieldDef("node", node) { Rules = rules, Description = "The object of a global id; null when there is none.", Async = (call, _, args) => Load(call, (string)args[0]!) };
        single.Args.Add(new InputValueDef("id", new NonNullDef(Types.Leaves.Id)) { Description = "The global id." });
        yield return single;
        var several = new FieldDef("nodes", new NonNullDef(new ListDef(node))) { Rules = rules, Description = $"The objects of global ids, at most {options.Limits.MaxNodes}.", Async = LoadAll, AssumedSize = options.Limits.MaxNodes };
        several.Args.Add(new InputValueDef("ids", new NonNullDef(new ListDef(new NonNullDef(Types.Leaves.Id)))) { Description = "The global ids." });
        yield return several;
    }

    private ValueTask<object?> Load(FieldCall call, string globalId)
    {
        if (GlobalId.Decode(globalId) is not { } decoded || !loaders.TryGetValue(decoded.Type, out var loader))
            throw new GraphQLException("The id is not valid.", "INVALID_ID");
        try
        {
            var id = loader.Bind(decoded.Id);
            return loader.Rules.Count == 0 ? loader.Load(call, null, [id]) : LoadAllowedAsync(call, loader, id);
        }
        catch (FormatException e)
        {
            throw new GraphQLException(new GraphQLError(e.Message, "INVALID_ID"));
        }
    }

    private static async ValueTask<object?> LoadAllowedAsync(FieldCall call, NodeLoader loader, object? id)
    {
        foreach (var rule in loader.Rules)
        {
            if (!rule.After && !await Access.AllowsAsync(call.Services, call.User, rule, resource: null))
                throw new GraphQLException(Access.Refusal(call.User));
        }

        var found = await loader.Load(call, null, [id]);
        foreach (var rule in loader.Rules)
        {
            if (rule.After && found is not null && !await Access.AllowsAsync(call.Services, call.User, rule, found))
                throw new GraphQLException(Access.Refusal(call.User));
        }

        return found;
    }

    private async ValueTask<object?> LoadAll(FieldCall call, object? source, object?[] args)
    {
        var ids = (object?[])args[0]!;
        if (ids.Length > options.Limits.MaxNodes)
            throw new GraphQLException($"There are too many ids: the limit is {options.Limits.MaxNodes}.", "TOO_MANY_IDS");
        // Started together, so that loaders see them as one batch.
        var loads = ids.Select(id => Load(call.Again(), (string)id!).AsTask()).ToArray();
        return await Task.WhenAll(loads);
    }

    private InterfaceDef Interface()
    {
        if (node is not null)
            return node;
        node = Types.Named(new InterfaceDef("Node", null) { Description = "Anything with a global id." });
        node.Add(IdField(null, null));
        return node;
    }

    private FieldDef IdField(LeafGetter? leaf, PureResolver? pure)
    {
        Types.Leaves.Use(Types.Leaves.Id);
        return new FieldDef("id", new NonNullDef(Types.Leaves.Id)) { Description = "The global id.", Leaf = leaf, Pure = pure, Write = Types.Leaves.Id.Write };
    }
}
