namespace ModelHub.GraphQL.Validation;

/// <summary>
/// Known names near a wrong one, by the number of letters to insert, remove, replace or swap (the restricted
/// Damerau–Levenshtein distance). The work is bounded: long names are not looked at.
/// </summary>
internal static class Suggestions
{
    /// <summary>More names than this help nobody.</summary>
    public const int Max = 5;

    private const int MaxLength = 50;
    private const int MaxKnown = 2000;

    /// <summary>The nearest first, those equally near by name.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        if (name.Length > MaxLength)
            return [];
        // As graphql-js counts: of ten letters five may be wrong, of three two.
        var tolerance = (name.Length * 2 / 5) + 1;
        return [.. known.Take(MaxKnown)
            .Where(k => k.Length <= MaxLength && Math.Abs(k.Length - name.Length) <= tolerance)
            .Select(k => (Name: k, Distance: Distance(name, k)))
            .Where(k => k.Distance <= tolerance)
            .OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal)
            .Take(Max).Select(k => k.Name)];
    }

    /// <summary>Names that differ only in case are one apart.</summary>
    private static int Distance(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.OrdinalIgnoreCase))
            return a == b ? 0 : 1;
        Span<int> before = stackalloc int[MaxLength + 1];
        Span<int> above = stackalloc int[MaxLength + 1];
        Span<int> row = stackalloc int[MaxLength + 1];
        for (var j = 0; j <= b.Length; j++)
            above[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var x = char.ToLowerInvariant(a[i - 1]);
                var y = char.ToLowerInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + (x == y ? 0 : 1));
                if (i > 1 && j > 1 && x == char.ToLowerInvariant(b[j - 2]) && y == char.ToLowerInvariant(a[i - 2]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            var free = before;
            before = above;
            above = row;
            row = free;
        }

        return above[b.Length];
    }
}
