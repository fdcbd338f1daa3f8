using System.Text;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>JSON values, and texts that only look like them, in place of variables.</summary>
internal sealed class HostileJson(Dice dice)
{
    private static readonly string[] Scalars =
    [
        "null", "true", "0", "-0", "1.0", "1e3", "1e400", "-1e400", "0.1e-400", "9007199254740993", "99999999999999999999999999", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
        "\"\\u0000\"", "NaN", "Infinity", "01", "+1", "undefined", "'x'", "\"\ud83d\ude80\"", "\"STAGING\"", "[]", "{}", "[[]]", "[null]", "{\"\":1}", "{\"a\":1,\"a\":2}", "{\"__proto__\":{}}",
    ];

    /// <summary>An object with a hostile value for each name, and some names nobody asked for.</summary>
    public string Variables(IEnumerable<string> names)
    {
        var members = names.Append("v0").Select(name => $"\"{name}\":{Value()}").ToList();
        for (var i = dice.OneIn(20) ? dice.Size(5000) : 0; i > 0; i--)
            members.Add($"\"extra{i}\":{dice.Pick(Scalars)}");
        return dice.OneIn(30) ? Value() : $"{{{string.Join(',', members)}}}";
    }

    private string Value() => dice.Below(6) switch
    {
        0 => Nested("[", "]"),
        1 => Nested("{\"and\":[", "]}"),
        2 => $"[{string.Join(',', Enumerable.Repeat(dice.Pick(Scalars), dice.Size(30_000)))}]",
        3 => $"\"{new StringBuilder().Insert(0, dice.Pick(["x", "\\u0041", "é", "\\\\"]), dice.Size(50_000))}\"",
        4 => new string('9', dice.Size(20_000)),
        _ => dice.Pick(Scalars),
    };

    private string Nested(string open, string close)
    {
        var depth = dice.Size(10_000);
        return new StringBuilder().Insert(0, open, depth).Append(dice.Pick(Scalars)).Append(string.Concat(Enumerable.Repeat(close, depth))).ToString();
    }
}
