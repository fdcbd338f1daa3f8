using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Monitoring;

/// <summary>Reads how predictions of earlier windows came out, in the order of time.</summary>
public static class ReadOutcomes
{
    /// <summary>Enough for any reference that is not chosen to lie far behind, and for what is known last.</summary>
    public const int Most = 500;

    private sealed record Row(DateTimeOffset From, DateTimeOffset To, byte[] Outcomes);

    /// <summary>Those that the version began with at this endpoint; of a chosen time those that lie in it, of whichever version.</summary>
    public static async Task<IReadOnlyList<OutcomeWindow>> FirstAsync(ModelHubDb db, EndpointId endpoint, VersionId version, BaselineWindow? chosen, DateTimeOffset before, CancellationToken ct)
    {
        var (from, to) = chosen is null ? (DateTimeOffset.MinValue, before) : (chosen.From, chosen.To);
        return Read(await db.Database.SqlQuery<Row>(
            $"""
            select window_from as "From", window_to as "To", outcomes as "Outcomes" from outcome_windows
            where endpoint_id = {endpoint.Value} and ({chosen is not null} or version_id = {version.Value}) and window_from >= {from} and window_to <= {to} and window_to <= {before}
            order by window_from, variant_id limit {Most}
            """).ToListAsync(ct));
    }

    /// <summary>The last ones of the version at this endpoint.</summary>
    public static async Task<IReadOnlyList<OutcomeWindow>> LastAsync(ModelHubDb db, EndpointId endpoint, VersionId version, DateTimeOffset since, DateTimeOffset before, CancellationToken ct) =>
        Read(await db.Database.SqlQuery<Row>(
            $"""
            select window_from as "From", window_to as "To", outcomes as "Outcomes" from outcome_windows
            where endpoint_id = {endpoint.Value} and version_id = {version.Value} and window_from >= {since} and window_to <= {before}
            order by window_from desc, variant_id limit {Most}
            """).ToListAsync(ct));

    private static List<OutcomeWindow> Read(List<Row> rows) =>
    [
        .. rows.Select(row => new OutcomeWindow(
            row.From, row.To, JsonSerializer.Deserialize<Outcomes>(row.Outcomes, Json.Options) ?? throw new InvalidOperationException("Stored outcomes are null."))),
    ];
}
