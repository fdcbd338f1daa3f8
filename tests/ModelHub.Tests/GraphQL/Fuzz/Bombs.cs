namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>Documents made to cost: deep, wide, long, circular, repeated. Each is drawn in a size of its own.</summary>
internal sealed class Bombs(Dice dice)
{
    private const int Largest = 60_000;

    public string Next()
    {
        var n = dice.Size(Largest);
        return dice.Below(17) switch
        {
            0 => $"{Times(n, "{ a ")}{Times(n, "}")}",
            1 => $"{{ {Times(n, "... { ")}__typename{Times(n, " }")} }}",
            2 => $"{{ echo(list: {Times(n, "[")}{Times(n, "]")}) }}",
            3 => $"{{ model(by: {Times(n, "{owner: ")}1{Times(n, "}")}) {{ id }} }}",
            4 => $"query($v: {Times(n, "[")}Int{Times(n, "]")}) {{ echo(list: $v) }}",
            5 => $"{{ {Each(n, i => $"a{i}: viewer {{ id }}")} }}",
            6 => $"{{ {Each(n, i => $"x: echo(text: \"{i}\")")} }}",
            7 => $"{{ viewer {{ id {Times(n, "@skip(if: true) ")} }} }}",
            8 => $"{{ ...F0 }} {Each(n, i => $"fragment F{i} on Query {{ ...F{i + 1} }}")} fragment F{n} on Query {{ __typename }}",
            9 => $"{{ ...F0 }} {Each(Math.Min(n, 400), i => $"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}")} fragment F{Math.Min(n, 400)} on Query {{ __typename }}",
            10 => $"{{ ...F0 }} {Each(n, i => $"fragment F{i} on Query {{ ...F{(i + 1) % n} }}")}",
            11 => $"query({Each(n, i => $"$v{i}: Int ")}) {{ echo(list: [{Each(n, i => $"$v{i} ")}]) }}",
            12 => $"{{ echo(number: {Times(n, dice.Pick(["9", "0", "1e"]))}) }}",
            13 => $"{{ echo(text: \"{Times(n, dice.Pick(["\\u0041", "\\u{1F600}", "a", "\\n", "é"]))}\") }}",
            14 => $"{Times(n, dice.Pick(["#", ",", "\uFEFF", "# a\n", "\"\"\" \"\"\" "]))}{{ __typename }}",
            15 => $"{{ models {Times(Math.Min(n, 60), "{ nodes { related { ... on Model ")}{{ id }}{Times(Math.Min(n, 60), " } } }")} }}",
            _ => $"{{ __schema {{ types {Times(Math.Min(n, 60), "{ fields { type ")}{{ name }}{Times(Math.Min(n, 60), " } }")} }} }}",
        };
    }

    private static string Times(int count, string part) => string.Concat(Enumerable.Repeat(part, count));

    private static string Each(int count, Func<int, string> part) => string.Join(' ', Enumerable.Range(0, count).Select(part));
}
