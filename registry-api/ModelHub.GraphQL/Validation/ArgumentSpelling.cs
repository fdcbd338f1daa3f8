using System.Text;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Validation;

/// <summary>The arguments of a field in one spelling, whatever their order; equal texts are equal arguments.</summary>
internal sealed class ArgumentSpelling
{
    private readonly Dictionary<Field, string> known = [];

    public string Of(Field field)
    {
        if (field.Arguments.Length == 0)
            return "";
        if (known.TryGetValue(field, out var spelled))
            return spelled;
        var text = new StringBuilder();
        foreach (var argument in field.Arguments.OrderBy(a => a.Name, StringComparer.Ordinal))
            text.Append(argument.Name).Append(':').Append(ValuePrinter.Print(Sorted(argument.Value))).Append(',');
        return known[field] = text.ToString();
    }

    private static ValueNode Sorted(ValueNode value) => value switch
    {
        ListValue list => new ListValue(0, [.. list.Items.Select(Sorted)]),
        ObjectValue o => new ObjectValue(0, [.. o.Fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new Argument(0, f.Name, Sorted(f.Value)))]),
        _ => value,
    };
}
