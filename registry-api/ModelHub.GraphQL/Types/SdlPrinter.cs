using System.Text;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>The schema as text, the same bytes each time.</summary>
internal sealed class SdlPrinter
{
    private static readonly string[] BuiltIn = ["Int", "Float", "String", "Boolean", "ID"];

    private readonly StringBuilder text = new();

    public static string Print(Schema schema)
    {
        var printer = new SdlPrinter();
        printer.Roots(schema);
        foreach (var type in schema.Types.Where(t => !t.IsIntrospection && !BuiltIn.Contains(t.Name)))
            printer.Type(type);
        return printer.text.ToString().TrimStart('\n');
    }

    private void Roots(Schema schema)
    {
        Description(schema.Description, "");
        text.Append("schema {\n  query: Query\n");
        if (schema.Mutation is not null)
            text.Append("  mutation: Mutation\n");
        if (schema.Subscription is not null)
            text.Append("  subscription: Subscription\n");
        text.Append("}\n");
    }

    private void Type(NamedDef type)
    {
        text.Append('\n');
        Description(type.Description, "");
        switch (type)
        {
            case ScalarDef scalar:
                text.Append("scalar ").Append(scalar.Name);
                if (scalar.SpecifiedBy is not null)
                    text.Append(" @specifiedBy(url: ").Append(ValuePrinter.Quote(scalar.SpecifiedBy.OriginalString)).Append(')');
                text.Append('\n');
                break;
            case EnumDef e:
                Block($"enum {e.Name}", e.Values, v => Line(v.Description, v.Name, v.DeprecationReason));
                break;
            case UnionDef union:
                text.Append("union ").Append(union.Name).Append(" = ").AppendJoin(" | ", union.Members).Append('\n');
                break;
            case InputDef input:
                Block($"input {input.Name}{(input.IsOneOf ? " @oneOf" : "")}", input.Fields, f => Line(f.Description, Value(f), f.DeprecationReason));
                break;
            case FieldsDef fields:
                var implements = fields.Interfaces.Count == 0 ? "" : " implements " + string.Join(" & ", fields.Interfaces);
                Block($"{(fields is ObjectDef ? "type" : "interface")} {fields.Name}{implements}", fields.Fields, Field);
                break;
        }
    }

    private void Field(FieldDef field)
    {
        Description(field.Description, "  ");
        text.Append("  ").Append(field.Name);
        Arguments(field.Args);
        text.Append(": ").Append(field.Type);
        Deprecated(field.DeprecationReason);
        text.Append('\n');
    }

    private void Arguments(List<InputValueDef> arguments)
    {
        if (arguments.Count == 0)
            return;
        if (arguments.TrueForAll(a => a.Description is null && a.DeprecationReason is null))
        {
            text.Append('(').AppendJoin(", ", arguments.Select(Value)).Append(')');
            return;
        }

        text.Append("(\n");
        foreach (var argument in arguments)
            Line(argument.Description, Value(argument), argument.DeprecationReason, "    ");
        text.Append("  )");
    }

    private static string Value(InputValueDef value) =>
        $"{value.Name}: {value.Type}{(value.Default is null ? "" : " = " + ValuePrinter.Print(value.Default))}";

    private void Block<T>(string head, IEnumerable<T> members, Action<T> print)
    {
        text.Append(head).Append(" {\n");
        foreach (var member in members)
            print(member);
        text.Append("}\n");
    }

    private void Line(string? description, string content, string? deprecation) => Line(description, content, deprecation, "  ");

    private void Line(string? description, string content, string? deprecation, string indent)
    {
        Description(description, indent);
        text.Append(indent).Append(content);
        Deprecated(deprecation);
        text.Append('\n');
    }

    private void Deprecated(string? reason)
    {
        if (reason is not null)
            text.Append(" @deprecated(reason: ").Append(ValuePrinter.Quote(reason)).Append(')');
    }

    private void Description(string? description, string indent)
    {
        if (description is null)
            return;
        var block = description.Replace("\"\"\"", "\\\"\"\"", StringComparison.Ordinal).Replace("\n", "\n" + indent, StringComparison.Ordinal);
        text.Append(indent).Append("\"\"\"");
        if (block.Contains('\n', StringComparison.Ordinal) || block.EndsWith('"') || block.EndsWith('\\'))
            text.Append('\n').Append(indent).Append(block).Append('\n').Append(indent);
        else
            text.Append(block);
        text.Append("\"\"\"\n");
    }
}
