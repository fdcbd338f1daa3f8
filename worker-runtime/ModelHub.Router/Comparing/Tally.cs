using ModelHub.Protocol;

namespace ModelHub.Router.Comparing;

/// <summary>All that was found of one shadow against one primary since it was made. One thread adds, another reads.</summary>
internal sealed class Tally(Guid endpoint, RouteVariant shadow, Guid primary, DateTimeOffset since)
{
    private const int MostSegments = 20;
    private const int MostOutputs = 32;
    private const string Other = "(other)";
    private const string Absent = "(absent)";

    private readonly Lock gate = new();
    private readonly Random random = new();
    private readonly SortedDictionary<string, OutputTally> outputs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (long Rows, long Different, long Flips)> segments = new(StringComparer.Ordinal);
    private readonly long[] primaryTimes = new long[LatencySketch.Buckets];
    private readonly long[] candidateTimes = new long[LatencySketch.Buckets];
    private readonly long[] slower = new long[LatencySketch.Buckets];
    private readonly long[] faster = new long[LatencySketch.Buckets];
    private long compared, candidateFailed, primaryFailed, bothFailed, unreadable, rows, differentRows;

    public Guid Primary => primary;

    public void Add(Pair pair, RouteComparison how, DateTimeOffset now)
    {
        lock (gate)
        {
            if (!pair.Primary.IsGood || !pair.CandidateIsGood)
                Failed(pair.Primary.IsGood, pair.CandidateIsGood);
            else if (pair.PrimaryOutputs is null)
                unreadable++;
            else if (pair.CandidateOutputs is null)
                candidateFailed++;
            else
                Compare(pair, how, now);
        }
    }

    /// <summary>Forgets examples, and what is counted by a column that is not told any more.</summary>
    public void Forget(RouteComparison how)
    {
        lock (gate)
        {
            foreach (var output in outputs.Values)
                output.ForgetExamples();
            if (how.Segment is null)
                segments.Clear();
        }
    }

    /// <param name="dropped">copies that were not sent or not compared</param>
    public Comparison Read(long dropped, DateTimeOffset now)
    {
        lock (gate)
            return new Comparison(
                endpoint, shadow.VariantId, shadow.VersionId, primary, new Window(since, (now - since).TotalSeconds),
                new(compared, candidateFailed, primaryFailed, bothFailed, unreadable, dropped, rows, differentRows),
                new(LatencySketch.From(primaryTimes), LatencySketch.From(candidateTimes), LatencySketch.From(slower), LatencySketch.From(faster)),
                [.. outputs.Values.Select(o => o.Read())],
                [.. segments.Select(s => new SegmentComparison(s.Key, s.Value.Rows, s.Value.Different, s.Value.Flips))]);
    }

    private void Failed(bool primaryIsGood, bool candidateIsGood)
    {
        if (primaryIsGood)
            candidateFailed++;
        else if (candidateIsGood)
            primaryFailed++;
        else
            bothFailed++;
    }

    private void Compare(Pair pair, RouteComparison how, DateTimeOffset now)
    {
        compared++;
        Time(pair.Primary.Microseconds, pair.CandidateMicroseconds);
        var found = new RowsFound(pair.Rows, how.Segment is null ? null : pair.Request.Column(how.Segment));
        foreach (var name in pair.PrimaryOutputs!.Keys.Union(pair.CandidateOutputs!.Keys).Order(StringComparer.Ordinal))
        {
            if (!outputs.TryGetValue(name, out var tally))
            {
                if (outputs.Count >= MostOutputs)
                    continue;
                outputs[name] = tally = new OutputTally(name, random);
            }
            if (pair.PrimaryOutputs.TryGetValue(name, out var p) && pair.CandidateOutputs.TryGetValue(name, out var c) && p.IsLike(c))
                Compare(tally, p, c, pair, how, found, now);
            else
            {
                tally.Unlike();
                found.AllDiffer();
            }
        }
        if (how.Segment is not null)
            CountSegments(found);
        rows += found.Count;
        differentRows += found.Different;
    }

    private void Compare(OutputTally tally, ReadOutput p, ReadOutput c, Pair pair, RouteComparison how, RowsFound found, DateTimeOffset now)
    {
        var redacted = how.Redacted ?? [];
        for (var row = 0; row < p.Rows; row++)
        {
            var (largest, at) = (0.0, -1);
            for (var i = row * p.Width; i < (row + 1) * p.Width; i++)
                if (tally.Value(p, c, i, how) is var size && size > largest)
                    (largest, at) = (size, i);
            var isFlip = p.ClassOf(row) is { } one && c.ClassOf(row) is { } other && tally.Class(one, other);
            if (p.ScoreOf(row) is { } a && c.ScoreOf(row) is { } b)
                tally.Score(a, b);
            found.Row(row, at >= 0 || isFlip, isFlip);
            if (at >= 0 && tally.IsAmongWorst(largest))
                tally.Keep(new DifferentAnswer(
                    largest, row, Shown(p, at, redacted), Shown(c, at, redacted), pair.Request.Shown(redacted),
                    pair.Primary.Text(redacted), pair.CandidateText(redacted), now, found.SegmentOf(row)));
        }
    }

    private static string Shown(ReadOutput output, int at, string[] redacted) =>
        redacted.Contains("*") || redacted.Contains(output.Name, StringComparer.OrdinalIgnoreCase) ? "redacted" : Redact.Cut(output.Text(at));

    private void Time(double primaryMicroseconds, double candidateMicroseconds)
    {
        primaryTimes[LatencySketch.Bucket(primaryMicroseconds)]++;
        candidateTimes[LatencySketch.Bucket(candidateMicroseconds)]++;
        var more = candidateMicroseconds - primaryMicroseconds;
        (more > 0 ? slower : faster)[LatencySketch.Bucket(Math.Abs(more))]++;
    }

    private void CountSegments(RowsFound found)
    {
        for (var row = 0; row < found.Count; row++)
        {
            var value = found.SegmentOf(row) ?? Absent;
            if (!segments.ContainsKey(value) && segments.Count >= MostSegments)
                value = Other;
            var was = segments.GetValueOrDefault(value);
            var (differs, flips) = found.Of(row);
            segments[value] = (was.Rows + 1, was.Different + (differs ? 1 : 0), was.Flips + (flips ? 1 : 0));
        }
    }

    /// <summary>Which rows of one request differ in any output.</summary>
    private sealed class RowsFound(int count, IReadOnlyDictionary<int, string>? segments)
    {
        private readonly (bool Differs, bool Flips)[] all = new (bool, bool)[count];

        public int Count => all.Length;

        public int Different => all.Count(row => row.Differs);

        public (bool Differs, bool Flips) Of(int row) => all[row];

        public string? SegmentOf(int row) => segments?.GetValueOrDefault(row);

        public void Row(int row, bool differs, bool flips) => all[row] = (all[row].Differs || differs, all[row].Flips || flips);

        public void AllDiffer()
        {
            for (var row = 0; row < all.Length; row++)
                all[row].Differs = true;
        }
    }
}
