using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Planning;

/// <summary>What an operation may cost: resolving its fields, and the objects it may answer with.</summary>
internal readonly record struct Cost(double Fields, double Types)
{
    private const int AssumedList = 5;

    public static Cost Of(Plan plan, VariableValues variables) => Of(plan.Root, variables, slice: null);

    private static Cost Of(PlanSelection selection, VariableValues variables, int? slice)
    {
        double fields = 0, types = 0;
        foreach (var field in selection.Fields)
        {
            var cost = Of(field, variables, slice);
            fields += cost.Fields;
            types += cost.Types;
        }

        return new Cost(fields, types);
    }

    private static Cost Of(PlanField field, VariableValues variables, int? slice)
    {
        var definition = field.Definition;
        var weight = definition.Weight ?? (definition.Async is not null ? definition.IsBatched ? 1 : 10 : field.Children.Length > 0 ? 1 : 0);
        if (field.Children.Length == 0)
            return new Cost(weight, 0);
        var own = Slice(field, variables);
        var size = definition.IsConnection || definition.Type.Nullable is not ListDef ? 1 : slice ?? own;
        double fields = 0, types = 0;
        foreach (var child in field.Children)
        {
            var cost = Of(child, variables, definition.IsConnection ? own : null);
            fields = Math.Max(fields, cost.Fields);
            types = Math.Max(types, cost.Types);
        }

        return new Cost(weight + (size * fields), (size * types) + size);
    }

    /// <summary>How many items the field may have, by its arguments.</summary>
    private static int Slice(PlanField field, VariableValues variables)
    {
        var definition = field.Definition;
        if (definition.Parent.IsIntrospection)
            return 1;
        int? size = null;
        foreach (var name in definition.SlicingArguments)
        {
            if (Integer(definition, Array.Find(field.Syntax.Arguments, a => a.Name == name)?.Value, name, variables) is { } given)
                size = Math.Max(size ?? 0, Math.Max(0, given));
        }

        size ??= definition.AssumedSize ?? (definition.IsConnection ? definition.DefaultSize : AssumedList);
        return definition.IsConnection ? Math.Min(size.Value, definition.MaxSize) : size.Value;
    }

    private static int? Integer(FieldDef definition, ValueNode? given, string name, VariableValues variables) => given switch
    {
        IntValue literal => int.TryParse(literal.Text, out var n) ? n : int.MaxValue,
        VariableValue variable when variables.TryGet(variable.Name, out var value) => value as int?,
        NullValue => null,
        _ => definition.IndexOf(name) is >= 0 and var i ? definition.Args[i].DefaultValue as int? : null,
    };
}
