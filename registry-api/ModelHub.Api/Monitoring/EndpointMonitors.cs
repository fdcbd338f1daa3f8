using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>What the monitors of an endpoint found in a time: the last hour when none is named, at most seven days.</summary>
internal readonly record struct MonitoredTime(DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan First = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static MonitoredTime Of(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        var end = to ?? now;
        var begin = from ?? end - First;
        return begin < end && end - begin <= Longest
            ? new(begin, end)
            : throw new GraphQLException($"from: before to, and at most {Longest.TotalDays} days before it", "INVALID_INPUT");
    }
}

/// <summary>How the fields of an endpoint read its monitors.</summary>
internal static class EndpointMonitors
{
    public static Task<IReadOnlyList<MonitorValue>> ValuesAsync(MonitorsOf wanted, MonitorValuesOfEndpoint values, CancellationToken ct)
        => values.LoadAsync(Sound(wanted), ct);

    public static async Task<DriftReport> ReportAsync(MonitorsOf wanted, MonitorValuesOfEndpoint values, CancellationToken ct)
    {
        var found = await values.LoadAsync(Sound(wanted) with { Beside = Measures.UnusualShare }, ct);
        return DriftReport.Of(wanted.Measure!, [.. found.Where(v => v.Measure == wanted.Measure)], [.. found.Where(v => v.Measure == Measures.UnusualShare)]);
    }

    // Before it is asked with others: what one field asks wrongly must not fail them.
    private static MonitorsOf Sound(MonitorsOf wanted)
    {
        if (wanted is { From: { } from, To: { } to })
            MonitoredTime.Of(from, to, to);
        return wanted.Measure is null || Measures.All.Contains(wanted.Measure)
            ? wanted
            : throw new GraphQLException($"measure: one of {string.Join(", ", Measures.All)}", "INVALID_INPUT");
    }
}
