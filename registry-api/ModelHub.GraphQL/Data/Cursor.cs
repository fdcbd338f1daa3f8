using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace ModelHub.GraphQL.Data;

/// <summary>The place of a row in an order: base64url of a JSON list, the order's hash and the row's keys.</summary>
internal static class Cursor
{
    private const int MaxLength = 2000;

    /// <summary>Tells one order from another, the same in each process.</summary>
    public static string Hash(IReadOnlyList<OrderKey> keys)
    {
        var text = string.Join(',', keys.Select(k => $"{Body(k)} {(k.Descending ? "desc" : "asc")}"));
        // FNV-1a: short, and nothing is protected by it.
        return text.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL).ToString("x16");
    }

    public static string Encode(string hash, object?[] values)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(hash);
            foreach (var value in values)
                JsonSerializer.Serialize(writer, value, value?.GetType() ?? typeof(object));
            writer.WriteEndArray();
        }

        return Base64Url.EncodeToString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <exception cref="GraphQLException">It is no cursor of this order.</exception>
    public static object?[] Decode(string cursor, string hash, IReadOnlyList<OrderKey> keys)
    {
        try
        {
            return Read(cursor, hash, keys);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw Invalid();
        }
    }

    private static object?[] Read(string cursor, string hash, IReadOnlyList<OrderKey> keys)
    {
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
            throw Invalid();
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)));
        var items = document.RootElement;
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() != keys.Count + 1 || items[0].GetString() != hash)
            throw new GraphQLException("The cursor belongs to another order.", "INVALID_CURSOR");
        return [.. keys.Select((key, i) => items[i + 1].Deserialize(key.Lambda.ReturnType))];
    }

    private static GraphQLException Invalid() => new("The cursor is not valid.", "INVALID_CURSOR");

    private static string Body(OrderKey key)
    {
        var body = key.Lambda.Body.ToString();
        var parameter = key.Lambda.Parameters[0].Name + ".";
        return body.StartsWith(parameter, StringComparison.Ordinal) ? body[parameter.Length..] : body;
    }
}
