using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Explanations;

/// <summary>How the importance of columns is measured.</summary>
/// <param name="Target">The column of the data that holds the truth.</param>
/// <param name="Positive">Of two classes the one that counts; null: the later one in the order of their names.</param>
/// <param name="Metric">What is measured; null: what usually is, by what the version tells.</param>
/// <param name="Repeats">How often each column is permuted.</param>
/// <param name="MaxRows">Rows that it is measured on at most; of more a sample is drawn.</param>
/// <param name="Seed">Of the sample and the permutations: the same seed gives the same figures.</param>
public sealed record ImportanceSettings(string Target, string? Positive = null, ImportanceMetric? Metric = null, int Repeats = ImportanceSettings.UsualRepeats, int MaxRows = ImportanceSettings.UsualRows, int Seed = 1)
{
    public const int UsualRepeats = 5;
    public const int UsualRows = 10_000;
    public const int MostRepeats = 100;
    public const int FewestRows = 20;
    public const int MostRows = 100_000;

    /// <summary>Answers of the model: rows × columns × repeats.</summary>
    public const long MostAnswers = 50_000_000;

    /// <param name="columns">That the version takes.</param>
    public Refusal? Check(int columns)
    {
        if (Target.Length is 0 or > Limits.Name)
            return new InvalidInput("target", $"the column of the data that holds the truth, 1 to {Limits.Name} characters");
        if (Texts.Longer("positive", Positive, Limits.Name) is { } refusal)
            return refusal;
        if (Repeats is < 1 or > MostRepeats)
            return new InvalidInput("repeats", $"1 to {MostRepeats}");
        if (MaxRows is < FewestRows or > MostRows)
            return new InvalidInput("maxRows", $"{FewestRows} to {MostRows}");
        return (long)MaxRows * columns * Repeats > MostAnswers
            ? new InvalidInput("maxRows", $"at most {MostAnswers} answers in all: rows × {columns} columns × {Repeats} repeats; {MostAnswers / columns / Repeats} rows")
            : null;
    }
}
