using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>Input objects that have no end: those that require themselves, and defaults that lead back to themselves.</summary>
internal static class InputCycles
{
    /// <summary>Input objects that require themselves can never be given.</summary>
    public static IEnumerable<string> Of(Schema schema)
    {
        var done = new HashSet<InputDef>();
        return schema.Types.OfType<InputDef>().SelectMany(input => Visit(input, [])).ToList();

        IEnumerable<string> Visit(InputDef input, InputDef[] path)
        {
            if (path.Contains(input))
                return [$"{input} requires itself."];
            if (!done.Add(input))
                return [];
            return input.Fields.Select(f => f.Type).OfType<NonNullDef>().Select(n => n.Of).OfType<InputDef>()
                .SelectMany(next => Visit(next, [.. path, input])).ToList();
        }
    }

    /// <summary>The specification's InputObjectDefaultValueHasCycle: coercing the default would coerce it again.</summary>
    public static bool IsCircular(InputValueDef value) => value.Default is { } literal && LeadsBack(literal, value.Type, [value]);

    private static bool LeadsBack(ValueNode literal, GraphType type, HashSet<InputValueDef> open)
    {
        if (type.Named is not InputDef input)
            return false;
        if (literal is ListValue list)
            return Array.Exists(list.Items, item => LeadsBack(item, type, open));
        return literal is ObjectValue given && input.Fields.Exists(field => Array.Find(given.Fields, g => g.Name == field.Name) is { } own
            ? LeadsBack(own.Value, field.Type, open)
            : field.Default is not null && (!open.Add(field) || Within(field, open)));
    }

    private static bool Within(InputValueDef field, HashSet<InputValueDef> open)
    {
        var circular = LeadsBack(field.Default!, field.Type, open);
        open.Remove(field);
        return circular;
    }
}
