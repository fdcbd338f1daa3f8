using System.Text;
using System.Text.Encodings.Web;

namespace ModelHub.GraphQL.Language;

/// <summary>Literals as source text.</summary>
internal static class ValuePrinter
{
    public static string Print(ValueNode value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>A string literal on one line.</summary>
    public static string Quote(string value) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)}\"";

    private static void Append(StringBuilder text, ValueNode value)
    {
        switch (value)
        {
            case IntValue v: text.Append(v.Text); break;
            case FloatValue v: text.Append(v.Text); break;
            case StringValue v: text.Append(Quote(v.Value)); break;
            case BooleanValue v: text.Append(v.Value ? "true" : "false"); break;
            case NullValue: text.Append("null"); break;
            case EnumValue v: text.Append(v.Name); break;
            case VariableValue v: text.Append('$').Append(v.Name); break;
            case ListValue v: AppendAll(text, '[', v.Items, Append, ']'); break;
            case ObjectValue v: AppendAll(text, '{', v.Fields, AppendField, '}'); break;
        }
    }

    private static void AppendField(StringBuilder text, Argument field)
    {
        text.Append(field.Name).Append(": ");
        Append(text, field.Value);
    }

    private static void AppendAll<T>(StringBuilder text, char open, T[] items, Action<StringBuilder, T> append, char close)
    {
        text.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                text.Append(", ");
            append(text, items[i]);
        }

        text.Append(close);
    }
}
