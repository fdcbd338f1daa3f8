using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Rollouts;

/// <summary>What one router counted for one variant, on all nodes together.</summary>
public sealed record VariantWindow(
    Guid Endpoint, Guid Variant, Guid Version, long Requests, long Refused, long Overloaded, long Unavailable, long TimedOut, long Failed, long Dropped, LatencyCounts Latency);

/// <summary>One window of one router, whole: also one in which nothing was counted, so that silence and a lost window differ.</summary>
/// <param name="Age">For how long it waited here and at its router.</param>
public sealed record ToldWindow(Guid Router, DateTimeOffset Start, double Seconds, TimeSpan Age, IReadOnlyList<VariantWindow> Variants);
