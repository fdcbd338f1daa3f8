using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelHub.Router.Comparing;

namespace ModelHub.Router.Recording;

/// <summary>
/// Writes rows of named values as JSON that any reader takes, PostgreSQL included: no zero characters, no halves of characters, no
/// numbers beyond what is one, and not deeper than four levels. Values of fields that are not to be shown never get in.
/// </summary>
/// <exception cref="InvalidOperationException">a text that is no text</exception>
internal sealed class WriteCells(Privacy privacy, bool areInputs) : IDisposable
{
    private const int MostDepth = 4;
    private const int MostDigits = 32;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private Utf8JsonWriter? json;

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    private Utf8JsonWriter Json => json ??= new(buffer, Options);

    /// <summary>What was given to, or answered by, <c>/predict</c>: objects as they are, anything else under the name <c>value</c>.</summary>
    public void Rows(IEnumerable<JsonElement> rows)
    {
        Json.WriteStartArray();
        foreach (var row in rows)
        {
            Json.WriteStartObject();
            if (row.ValueKind == JsonValueKind.Object)
                foreach (var cell in row.EnumerateObject())
                    Named(cell.Name, () => Value(cell.Value, 1));
            else
                Named("value", () => Value(row, 1));
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
        Json.Flush();
    }

    /// <summary>Tensors, taken apart into rows; one with fewer rows than others is missing in those it does not have.</summary>
    public void Rows(IReadOnlyList<ReadOutput> tensors, int rows)
    {
        Json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            Json.WriteStartObject();
            foreach (var tensor in tensors)
                if (row < tensor.Rows)
                    Named(tensor.Name, () => Cell(tensor, row));
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
        Json.Flush();
    }

    public void Dispose() => json?.Dispose();

    private void Named(string name, Action write)
    {
        Json.WritePropertyName(Clean(name));
        switch (privacy.Of(name, areInputs))
        {
            case Shown.Redacted:
                Json.WriteStringValue(Privacy.Hidden);
                break;
            case Shown.Hashed:
                Json.WriteStringValue(privacy.Hash(name, Apart(write)));
                break;
            default:
                write();
                break;
        }
    }

    private byte[] Apart(Action write)
    {
        var whole = json;
        var apart = new ArrayBufferWriter<byte>();
        json = new Utf8JsonWriter(apart, Options);
        write();
        json.Dispose();
        json = whole;
        return apart.WrittenSpan.ToArray();
    }

    private void Cell(ReadOutput tensor, int row)
    {
        var (first, labels) = (row * tensor.Width, tensor.Labels?.Length == tensor.Width ? tensor.Labels : null);
        if (labels is null && tensor.Width == 1)
        {
            Value(tensor, first);
            return;
        }
        if (labels is null)
            Json.WriteStartArray();
        else
            Json.WriteStartObject();
        for (var i = 0; i < tensor.Width; i++)
        {
            if (labels is not null)
                Json.WritePropertyName(Clean(labels[i]));
            Value(tensor, first + i);
        }
        if (labels is null)
            Json.WriteEndArray();
        else
            Json.WriteEndObject();
    }

    private void Value(ReadOutput tensor, int i)
    {
        if (tensor.Numbers is not { } numbers)
            Text(tensor.Texts![i]);
        else if (tensor.Texts is { } texts)
            Whole(texts[i], numbers[i]);
        else
            Number(numbers[i]);
    }

    private void Value(JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when depth >= MostDepth:
                Text("(deeper than is kept)");
                break;
            case JsonValueKind.Object:
                Json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                    Named(member.Name, () => Value(member.Value, depth + 1));
                Json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                Json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    Value(element, depth + 1);
                Json.WriteEndArray();
                break;
            case JsonValueKind.String:
                Text(value.GetString()!);
                break;
            case JsonValueKind.Number:
                Whole(value.GetRawText(), value.GetDouble());
                break;
            default:
                value.WriteTo(Json);
                break;
        }
    }

    /// <summary>As it was written, when that is short: a whole number of 64 bits does not fit into a fraction.</summary>
    private void Whole(string raw, double number)
    {
        if (raw.Length <= MostDigits && double.IsFinite(number))
            Json.WriteRawValue(raw);
        else
            Number(number);
    }

    private void Number(double number)
    {
        if (double.IsFinite(number))
            Json.WriteNumberValue(number);
        else
            Json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
    }

    private void Text(string text) => Json.WriteStringValue(Clean(text));

    private static string Clean(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;
}
