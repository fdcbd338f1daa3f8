using System.Text;
using System.Text.RegularExpressions;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>Breaks documents: tokens lost, doubled, moved or replaced, characters changed, parts repeated.</summary>
internal sealed partial class Mutilation(Dice dice)
{
    private static readonly string[] Odd =
    [
        "{", "}", "(", ")", "[", "]", "!", "$", "@", ":", "=", "...", "|", "&", "\"", "\"\"\"", "\\", "#", "on", "fragment", "query", "null", "true", "$v", "@skip(if: true)",
        "@include(if: $v0)", "0", "-", "1e400", "99999999999999999999", "\"\\u{10FFFF}\"", "\"\\uD800\"", "\0", "\uFEFF", "\uFFFF", "🚀", "__typename", "__schema { types { name } }",
        "...F0", "... on Query { __typename }", "a0: __typename", "$v0: Int", "{}", "()", "[[[[", "}}}}", "type A { a: Int }", "\"described\"", "subscription", "mutation",
    ];

    public string Of(string document)
    {
        var tokens = Token().Matches(document).Select(m => m.Value).ToList();
        for (var i = 1 + dice.Below(4); i > 0 && tokens.Count > 0; i--)
            Change(tokens);
        return string.Concat(tokens);
    }

    private void Change(List<string> tokens)
    {
        var at = dice.Below(tokens.Count);
        switch (dice.Below(8))
        {
            case 0: tokens.RemoveAt(at); break;
            case 1: tokens.Insert(at, tokens[at]); break;
            case 2: (tokens[at], tokens[0]) = (tokens[0], tokens[at]); break;
            case 3: tokens[at] = dice.Pick(Odd); break;
            case 4: tokens.Insert(at, $" {dice.Pick(Odd)} "); break;
            case 5: tokens[at] = Scrambled(tokens[at]); break;
            case 6: tokens.RemoveRange(at, Math.Min(dice.Size(20), tokens.Count - at)); break;
            default: Repeat(tokens, at); break;
        }
    }

    private void Repeat(List<string> tokens, int at)
    {
        var part = tokens.GetRange(at, Math.Min(dice.Size(30), tokens.Count - at));
        var times = dice.Size(Math.Max(2, 20_000 / part.Count));
        tokens.InsertRange(at, Enumerable.Repeat(string.Concat(part) + " ", times));
    }

    private string Scrambled(string token)
    {
        var text = new StringBuilder(token);
        for (var i = 1 + dice.Below(2); i > 0; i--)
            text[dice.Below(text.Length)] = (char)dice.Pick([dice.Below(128), dice.Below(0xD800), 0xFFFE]);
        return text.ToString();
    }

    [GeneratedRegex(@"\s+|\.\.\.|[_A-Za-z0-9]+|""(\\.|[^""\\])*""|.", RegexOptions.Singleline)]
    private static partial Regex Token();
}
