using ModelHub.Inference.Predict;
using ModelHub.Protocol;

namespace ModelHub.Node.Fields;

/// <summary>What one version has seen of its named fields in its data, and how often requests had other values.</summary>
internal sealed class VersionFields
{
    private readonly long[] outside;

    private VersionFields(RangeCheck check)
    {
        Check = check;
        outside = new long[check.Names.Count];
    }

    public RangeCheck Check { get; }

    /// <summary>Requests that had a value outside of what was seen, by field.</summary>
    public IEnumerable<(string Field, long Count)> Outside => Check.Names.Select((name, i) => (name, Volatile.Read(ref outside[i])));

    /// <returns>null when nothing is known of any field</returns>
    public static VersionFields? Of(FieldPlan? plan, FieldProfile[]? fields) =>
        plan is not null && fields is not null && RangeCheck.Of(plan, SeenIn(fields)) is { } check ? new VersionFields(check) : null;

    /// <summary>As the control plane tells it; of a field that is told twice the first.</summary>
    public static SeenValues[] SeenIn(FieldProfile[]? fields) =>
        [.. (fields ?? []).DistinctBy(f => f.Name).Select(f => new SeenValues(f.Name, f.Min, f.Max, f.Numbers ?? [], f.Texts ?? [], f.AreAll) { Sample = f.Sample ?? [] })];

    /// <summary>Whether two assignments tell the same of the data, in the same order.</summary>
    public static bool AreSame(FieldProfile[]? one, FieldProfile[]? other) => (one ?? []).AsSpan().SequenceEqual(other ?? [], ByContent.Instance);

    public void Count(List<OutsideValue> values)
    {
        foreach (var value in values)
            Interlocked.Increment(ref outside[value.Field]);
    }

    /// <summary>A record with arrays equals itself only.</summary>
    private sealed class ByContent : EqualityComparer<FieldProfile>
    {
        public static readonly ByContent Instance = new();

        public override bool Equals(FieldProfile? x, FieldProfile? y) =>
            x! with { Numbers = null, Texts = null, Sample = null } == y! with { Numbers = null, Texts = null, Sample = null }
            && Same(x!.Numbers, y!.Numbers) && Same(x.Texts, y.Texts) && Same(x.Sample, y.Sample);

        public override int GetHashCode(FieldProfile profile) => profile.Name.GetHashCode(StringComparison.Ordinal);

        private static bool Same<T>(T[]? one, T[]? other) => (one ?? []).AsSpan().SequenceEqual(other ?? []);
    }
}
