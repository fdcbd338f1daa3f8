using ModelHub.Protocol;

namespace ModelHub.Router.Comparing;

/// <summary>Counts of one output. Used by one thread at a time.</summary>
internal sealed class OutputTally(string name, Random random)
{
    private const int MostClassPairs = 256;
    private const int MostSampled = 256;
    private const int MostWorst = 5;
    private const int MostClass = 64;
    private const string Other = "(other)";

    private readonly long[] absolute = new long[DifferenceScale.Buckets];
    private readonly long[] relative = new long[DifferenceScale.Buckets];
    private readonly Dictionary<(string, string), long> classes = [];
    private readonly PriorityQueue<SampledPair, long> sample = new(Comparer<long>.Create((a, b) => b.CompareTo(a)));
    private readonly List<DifferentAnswer> worst = [];
    private long values, equal, different, unlike, notANumber, classified, flips;
    private double maxDifference;
    private bool isFraction;
    private bool isGuessed;

    public void Unlike() => unlike++;

    /// <summary>A value that both gave.</summary>
    /// <returns>by how much they differ beyond the tolerance; 0 when they do not</returns>
    public double Value(ReadOutput primary, ReadOutput candidate, int at, RouteComparison how)
    {
        values++;
        var isWhole = primary.IsWhole && candidate.IsWhole;
        (isFraction, isGuessed) = (isFraction || !isWhole, isGuessed || primary.IsGuessed);
        if (primary.Numbers is null || candidate.Numbers is null)
            return Told(primary.Texts![at] == candidate.Texts![at], 1);
        var (a, b) = (primary.Numbers[at], candidate.Numbers[at]);
        if (isWhole && primary.Texts![at] == candidate.Texts![at])
            return Told(true, 0);
        if (!isWhole && (a.Equals(b) || a == b))
            return Told(true, 0);
        if (!double.IsFinite(a) || !double.IsFinite(b))
        {
            notANumber++;
            return Told(false, double.MaxValue);
        }
        return Number(a, b, isWhole, how);
    }

    /// <returns>whether the row was taken for another class</returns>
    public bool Class(string primary, string candidate)
    {
        classified++;
        var isFlip = primary != candidate;
        flips += isFlip ? 1 : 0;
        var key = (Cut(primary), Cut(candidate));
        if (!classes.ContainsKey(key) && classes.Count >= MostClassPairs)
            key = (Other, Other);
        classes[key] = classes.GetValueOrDefault(key) + 1;
        return isFlip;
    }

    public void Score(double primary, double candidate)
    {
        var (a, b) = ((float)primary, (float)candidate);
        if (!float.IsFinite(a) || !float.IsFinite(b))
            return;
        var drawn = new SampledPair(random.NextInt64(1L << 53), a, b);
        if (sample.Count < MostSampled)
            sample.Enqueue(drawn, drawn.Priority);
        else
            sample.EnqueueDequeue(drawn, drawn.Priority);
    }

    public bool IsAmongWorst(double size) => worst.Count < MostWorst || size > worst[^1].Size;

    public void Keep(DifferentAnswer answer)
    {
        worst.Insert(worst.FindIndex(w => w.Size < answer.Size) is var at && at < 0 ? worst.Count : at, answer);
        if (worst.Count > MostWorst)
            worst.RemoveAt(MostWorst);
    }

    public void ForgetExamples() => worst.Clear();

    public OutputComparison Read()
    {
        // Whole numbers were a guess, and a fraction has shown that they are none.
        var tellsClasses = !(isGuessed && isFraction);
        return new(
            name, values, equal, different, unlike, notANumber, maxDifference, Histogram.From(absolute), Histogram.From(relative),
            tellsClasses ? classified : 0, tellsClasses ? flips : 0,
            tellsClasses ? [.. classes.OrderByDescending(c => c.Value).Select(c => new ClassPair(c.Key.Item1, c.Key.Item2, c.Value))] : [],
            isFraction ? [.. sample.UnorderedItems.Select(s => s.Element).OrderBy(s => s.Priority)] : [], [.. worst]);
    }

    private double Number(double a, double b, bool isWhole, RouteComparison how)
    {
        var size = Math.Min(Math.Abs(a - b), double.MaxValue);
        var larger = Math.Max(Math.Abs(a), Math.Abs(b));
        maxDifference = Math.Max(maxDifference, size);
        absolute[DifferenceScale.Bucket(size)]++;
        relative[DifferenceScale.Bucket(size / larger)]++;
        if (!isWhole && size <= how.Absolute + how.Relative * larger)
            return 0;
        different++;
        return isWhole ? Math.Max(1, size) : size;
    }

    private double Told(bool isEqual, double size)
    {
        if (isEqual)
        {
            equal++;
            return 0;
        }
        different++;
        return size;
    }

    private static string Cut(string text) => text.Length <= MostClass ? text : text[..MostClass] + "…";
}
