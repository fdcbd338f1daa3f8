using ModelHub.Protocol;
using ModelHub.Router.Comparing;

namespace ModelHub.Router.Predicting;

/// <summary>What one variant said since the last look. Used by one thread at a time.</summary>
internal sealed class PredictionTally(Guid endpoint, Guid variant, Guid version)
{
    private const int MostClasses = 100;
    private const int MostClass = 64;
    private const string Other = "(other)";
    private const string NotANumber = "(not a number)";

    private readonly long[] positive = new long[DifferenceScale.Buckets];
    private readonly long[] negative = new long[DifferenceScale.Buckets];
    private readonly Dictionary<string, long> classes = new(StringComparer.Ordinal);
    private string? output;
    private long sampled, zeros;

    public void Add(IReadOnlyDictionary<string, ReadOutput> outputs)
    {
        if (Main(outputs) is not { } main)
            return;
        output = main.Name;
        for (var row = 0; row < main.Rows; row++)
            Row(main, row);
    }

    /// <summary>Takes what was counted and starts anew; null when there is nothing to tell.</summary>
    public Prediction? Take()
    {
        if (sampled == 0)
            return null;
        var taken = new Prediction(
            endpoint, variant, version, output!, sampled, zeros, Histogram.From(positive), Histogram.From(negative),
            [.. classes.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new ClassCount(c.Key, c.Value))]);
        Array.Clear(positive);
        Array.Clear(negative);
        classes.Clear();
        (sampled, zeros) = (0, 0);
        return taken;
    }

    /// <summary>The output that was looked at before; else the first score, or else the first class.</summary>
    private ReadOutput? Main(IReadOnlyDictionary<string, ReadOutput> outputs)
    {
        if (output is not null)
            return outputs.GetValueOrDefault(output);
        return outputs.Values.FirstOrDefault(o => o is { Rows: > 0, IsWhole: false } && o.ScoreOf(0) is not null) ?? outputs.Values.FirstOrDefault(o => o.Rows > 0 && o.ClassOf(0) is not null);
    }

    private void Row(ReadOutput main, int row)
    {
        // A whole number is both: which of the two it is meant for shows when fractions come or do not.
        var number = main.ScoreOf(row) ?? (main is { Width: 1, Numbers: { } numbers } ? numbers[row] : null);
        var isClass = main.ScoreOf(row) is null && main.ClassOf(row) is not null;
        sampled++;
        if (number is { } finite && double.IsFinite(finite))
            Number(finite);
        // What is no number is not left out: it may be the very thing that is wrong with a version.
        else if (!isClass)
            Class(NotANumber);
        if (isClass)
            Class(main.ClassOf(row)!);
    }

    private void Number(double value)
    {
        if (value == 0)
            zeros++;
        else
            (value > 0 ? positive : negative)[DifferenceScale.Bucket(Math.Abs(value))]++;
    }

    private void Class(string name)
    {
        name = name.Length <= MostClass ? name : name[..MostClass] + "…";
        if (!classes.ContainsKey(name) && classes.Count >= MostClasses)
            name = Other;
        classes[name] = classes.GetValueOrDefault(name) + 1;
    }
}
