namespace ModelHub.Domain.Data;

/// <summary>What became of one rule in one data version.</summary>
/// <param name="Rule">Its kind: present, type, range, period, values, nulls, unique or rows.</param>
/// <param name="Breach">What a breach of it means.</param>
/// <param name="Held">Whether the data keep to it.</param>
/// <param name="Breaches">Rows that break it; of unique, rows beyond the first of their key. 0 for a rule that no single row breaks.</param>
/// <param name="Says">The rule and what was found, in one line.</param>
/// <param name="Examples">The first rows that break it, or of unique the most frequent keys; at most <see cref="MostExamples"/>.</param>
public sealed record ExpectationOutcome(
    string Rule, IReadOnlyList<string> Columns, Breach Breach, bool Held, long Breaches, string Says, IReadOnlyList<ExampleRow> Examples)
{
    public const int MostExamples = 5;

    /// <summary>Why the version is refused: what each broken rule that refuses says; null when none was broken.</summary>
    public static string? Failure(IReadOnlyList<ExpectationOutcome> outcomes)
    {
        const int shown = 10;
        var broken = outcomes.Where(outcome => outcome is { Held: false, Breach: Breach.Refuse }).ToList();
        if (broken.Count == 0)
            return null;
        var more = broken.Count > shown ? $"; and {broken.Count - shown} more" : "";
        return $"{(broken.Count == 1 ? "1 expectation is" : $"{broken.Count} expectations are")} not met: {string.Join("; ", broken.Take(shown).Select(b => b.Says))}{more}";
    }
}

/// <summary>A row that breaks a rule, or several that are alike.</summary>
/// <param name="Row">Which row of the data, from 1; null where the files do not number them.</param>
/// <param name="Count">How many rows are like it.</param>
/// <param name="Cells">The columns of the rule and some beside them.</param>
public sealed record ExampleRow(long? Row, long Count, IReadOnlyList<ExampleCell> Cells);

/// <summary>A value in a row that breaks a rule.</summary>
/// <param name="Column">The name of its column.</param>
/// <param name="Value">As text, cut at 200 characters; null when it is missing.</param>
public sealed record ExampleCell(string Column, string? Value);
