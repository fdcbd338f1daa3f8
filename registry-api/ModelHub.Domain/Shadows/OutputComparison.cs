using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Shadows;

/// <summary>How often the primary said one class and the candidate another, or the same.</summary>
public sealed record ClassPair(string Primary, string Candidate, long Count);

/// <summary>One value of both answers. Of all pairs those with the lowest priorities are kept, which are random: a fair sample, whoever drew it.</summary>
public sealed record SampledPair(long Priority, float Primary, float Candidate);

/// <summary>Two answers that differ, to look at.</summary>
/// <param name="Size">By how much; 1 for another class.</param>
/// <param name="Row">Within the request.</param>
/// <param name="Primary">The value that differs.</param>
/// <param name="Request">As it came without the fields that are redacted; or only its digest.</param>
public sealed record DifferentAnswer(
    double Size, int Row, string Primary, string Candidate, string? Segment, string Request, string PrimaryAnswer, string CandidateAnswer, DateTimeOffset At);

/// <summary>One output of both versions.</summary>
/// <param name="Values">Values that both gave.</param>
/// <param name="Equal">Of these: the same to the last bit.</param>
/// <param name="Different">Of these: beyond the tolerance, or not equal where they are no numbers with a fraction.</param>
/// <param name="Unlike">Requests in whose answers it has another shape or another type, or is missing on one side.</param>
/// <param name="NotANumber">Values of which one side is no number.</param>
/// <param name="MaxDifference">The largest |a − b|.</param>
/// <param name="Absolute">|a − b| of numbers that are not equal.</param>
/// <param name="Relative">|a − b| / max(|a|, |b|) of these.</param>
/// <param name="Classified">Rows of which both sides told a class: a whole number, a text, or the likeliest of named classes.</param>
/// <param name="Flips">Of these: with another class.</param>
public sealed record OutputComparison(
    string Name,
    long Values,
    long Equal,
    long Different,
    long Unlike,
    long NotANumber,
    double MaxDifference,
    Histogram Absolute,
    Histogram Relative,
    long Classified,
    long Flips,
    IReadOnlyList<ClassPair> Classes,
    IReadOnlyList<SampledPair> Sample,
    IReadOnlyList<DifferentAnswer> Worst)
{
    public const int MostClassPairs = 1_024;
    public const int MostSampled = 256;
    public const int MostWorst = 5;
    public const int MostText = 4_096;

    public OutputComparison Merge(OutputComparison o) => new(
        Name,
        Values + o.Values,
        Equal + o.Equal,
        Different + o.Different,
        Unlike + o.Unlike,
        NotANumber + o.NotANumber,
        Math.Max(MaxDifference, o.MaxDifference),
        Absolute.Merge(o.Absolute),
        Relative.Merge(o.Relative),
        Classified + o.Classified,
        Flips + o.Flips,
        [
            .. Classes.Concat(o.Classes).GroupBy(c => (c.Primary, c.Candidate))
                .OrderBy(g => g.Key.Primary, StringComparer.Ordinal).ThenBy(g => g.Key.Candidate, StringComparer.Ordinal)
                .Select(g => new ClassPair(g.Key.Primary, g.Key.Candidate, g.Sum(c => c.Count))),
        ],
        [.. Sample.Concat(o.Sample).OrderBy(s => s.Priority).ThenBy(s => s.Primary).ThenBy(s => s.Candidate).Take(MostSampled)],
        [
            .. Worst.Concat(o.Worst).OrderByDescending(w => w.Size).ThenBy(w => w.At).ThenBy(w => w.Row)
                .ThenBy(w => w.Primary, StringComparer.Ordinal).ThenBy(w => w.Candidate, StringComparer.Ordinal).ThenBy(w => w.Request, StringComparer.Ordinal).Take(MostWorst),
        ]);

    public Refusal? Check()
    {
        if (Name.Length > Limits.Name)
            return new InvalidInput("comparison.outputs.name", $"at most {Limits.Name} characters");
        if (Classes.Count > MostClassPairs || Sample.Count > MostSampled || Worst.Count > MostWorst)
            return new InvalidInput("comparison.outputs", $"at most {MostClassPairs} pairs of classes, {MostSampled} sampled values, {MostWorst} examples");
        return Worst.Any(w => new[] { w.Primary, w.Candidate, w.Segment ?? "", w.Request, w.PrimaryAnswer, w.CandidateAnswer }.Any(text => text.Length > MostText))
            ? new InvalidInput("comparison.outputs.worst", $"texts of at most {MostText} characters")
            : null;
    }
}
