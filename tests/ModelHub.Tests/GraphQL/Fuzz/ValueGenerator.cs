using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.GraphQL.Types;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>Values that fit a type, as literals and as JSON.</summary>
internal sealed class ValueGenerator(Dice dice)
{
    private const int MaxDepth = 4;

    private static readonly string[] Texts = ["", "model-1", "M1", "a\"b\\c", "\t\n", "ü€🚀", "\0", "null", "{", "'; drop table models; --"];

    public string Literal(GraphType type, int depth = 0) => type switch
    {
        NonNullDef n => Present(n.Of, depth),
        _ when depth > MaxDepth || dice.OneIn(6) => "null",
        _ => Present(type, depth),
    };

    public JsonNode? Json(GraphType type, int depth = 0) => type switch
    {
        NonNullDef n => PresentJson(n.Of, depth),
        _ when depth > MaxDepth || dice.OneIn(6) => null,
        _ => PresentJson(type, depth),
    };

    /// <summary>The fields of an input that are given: what is required, and some others; of a oneOf one.</summary>
    private IEnumerable<InputValueDef> Given(InputDef input, int depth)
    {
        if (input.IsOneOf)
            return [dice.Pick(input.Fields)];
        return input.Fields.Where(f => f.IsRequired || (depth < MaxDepth && dice.OneIn(2)));
    }

    private static GraphType Wanted(InputDef input, InputValueDef field) => input.IsOneOf ? new NonNullDef(field.Type.Nullable) : field.Type;

    private string Present(GraphType type, int depth) => type switch
    {
        ListDef list => $"[{string.Join(", ", Enumerable.Range(0, dice.Below(4)).Select(_ => Literal(list.Of, depth + 1)))}]",
        InputDef input => $"{{{string.Join(", ", Given(input, depth).Select(f => $"{f.Name}: {Literal(Wanted(input, f), depth + 1)}"))}}}",
        EnumDef e => dice.Pick(e.Values).Name,
        _ => PresentJson(type, depth)?.ToJsonString() ?? "null",
    };

    private JsonNode? PresentJson(GraphType type, int depth) => type switch
    {
        ListDef list => new JsonArray([.. Enumerable.Range(0, dice.Below(4)).Select(_ => Json(list.Of, depth + 1))]),
        InputDef input => new JsonObject(Given(input, depth).Select(f => KeyValuePair.Create(f.Name, Json(Wanted(input, f), depth + 1)))),
        EnumDef e => dice.Pick(e.Values).Name,
        ScalarDef scalar => Scalar(scalar.Name),
        _ => throw new InvalidOperationException($"{type} is no input type."),
    };

    private JsonNode? Scalar(string name) => name switch
    {
        "Int" => dice.Pick<int>([0, 1, 3, -1, 100, int.MaxValue, int.MinValue]),
        "Long" => dice.Pick<long>([0, 1, long.MaxValue, long.MinValue]),
        "Float" => dice.Pick<double>([0, -0.0, 1.5, 1e300, -1e-300]),
        "Decimal" => dice.Pick<decimal>([0, 0.1m, decimal.MaxValue]),
        "Boolean" => dice.OneIn(2),
        "ID" => dice.Pick(Texts),
        "UUID" => Guid.Empty.ToString(),
        "DateTime" => DateTimeOffset.UnixEpoch.AddSeconds(dice.Below(int.MaxValue)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        "Date" => "2026-01-02",
        "Duration" => "PT90S",
        "JSON" => JsonSerializer.SerializeToNode(new { a = new object?[] { 1, null, "x" } }),
        _ => dice.Pick(Texts),
    };
}
