using System.Text;
using System.Text.Json.Nodes;
using ModelHub.GraphQL.Types;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>Documents that a schema allows, with the variables they want; nearly all of them are valid.</summary>
internal sealed class DocumentGenerator(Schema schema, Dice dice)
{
    private const int MaxDepth = 6;

    private readonly ValueGenerator values = new(dice);
    private readonly List<string> variables = [];
    private readonly List<string> fragments = [];
    private JsonObject given = [];
    private int names;

    public (string Document, JsonObject Variables) Next()
    {
        variables.Clear();
        fragments.Clear();
        given = [];
        names = 0;
        var (keyword, root) = Root();
        var body = Selection(root, 0, keyword == "subscription");
        var declared = variables.Count == 0 ? "" : $"({string.Join(dice.OneIn(2) ? ", " : " ", variables)})";
        var head = keyword == "query" && declared.Length == 0 && fragments.Count == 0 && dice.OneIn(2) ? "" : $"{keyword} Q{declared} ";
        var parts = new List<string> { head + body };
        parts.InsertRange(dice.Below(2), fragments);
        return (string.Join(dice.Pick(["\n", " ", " # \u00e9\n", ",\uFEFF"]), parts), given);
    }

    private (string Keyword, ObjectDef Root) Root()
    {
        if (schema.Subscription is { } subscription && dice.OneIn(20))
            return ("subscription", subscription);
        return schema.Mutation is { } mutation && dice.OneIn(8) ? ("mutation", mutation) : ("query", schema.Query);
    }

    private string Selection(CompositeDef type, int depth, bool single = false)
    {
        var text = new StringBuilder("{ ");
        var count = single ? 1 : 1 + dice.Below(4);
        for (var i = 0; i < count; i++)
            text.Append(single ? Field(type, depth) : Item(type, depth)).Append(' ');
        return text.Append('}').ToString();
    }

    private string Item(CompositeDef type, int depth)
    {
        if (type is UnionDef || dice.OneIn(6))
            return depth > MaxDepth || type.PossibleTypes.Count == 0 ? "__typename" : Fragment(type, depth);
        return Field(type, depth);
    }

    private string Fragment(CompositeDef type, int depth)
    {
        var on = dice.Pick(type.PossibleTypes);
        var body = Selection(on, depth + 1);
        if (dice.OneIn(2))
            return $"... on {on.Name}{Directive()} {body}";
        var name = $"F{names++}";
        fragments.Add($"fragment {name} on {on.Name} {body}");
        return $"...{name}{Directive()}";
    }

    private string Field(CompositeDef type, int depth)
    {
        if (type is not FieldsDef fields || dice.OneIn(15))
            return $"a{names++}: __typename";
        var field = dice.Pick(fields.Fields);
        if (depth >= MaxDepth && field.Type.Named is CompositeDef)
            field = fields.Fields.Find(f => f.Type.Named.IsLeaf && !f.Args.Exists(a => a.IsRequired));
        if (field is null)
            return $"a{names++}: __typename";
        var below = field.Type.Named is CompositeDef composite ? " " + Selection(composite, depth + 1) : "";
        return $"a{names++}: {field.Name}{Arguments(field)}{(depth == 0 && type == schema.Subscription ? "" : Directive())}{below}";
    }

    private string Arguments(FieldDef field)
    {
        var chosen = field.Args.Where(a => a.IsRequired || dice.OneIn(3)).ToList();
        return chosen.Count == 0 ? "" : $"({string.Join(", ", chosen.Select(a => $"{a.Name}: {Argument(a)}"))})";
    }

    private string Argument(InputValueDef argument)
    {
        if (!dice.OneIn(3))
            return values.Literal(argument.Type);
        return Variable(argument.Type);
    }

    private string Variable(GraphType type)
    {
        var name = $"v{names++}";
        var withDefault = dice.OneIn(5) ? " = " + values.Literal(type) : "";
        variables.Add($"${name}: {type}{withDefault}");
        if (withDefault.Length == 0 || dice.OneIn(2))
            given[name] = values.Json(type);
        return "$" + name;
    }

    private string Directive()
    {
        if (!dice.OneIn(10))
            return "";
        var condition = dice.OneIn(2) ? dice.Pick(["true", "false"]) : Variable(new NonNullDef(schema.ByName["Boolean"]));
        return $" @{dice.Pick(["skip", "include"])}(if: {condition})";
    }
}
