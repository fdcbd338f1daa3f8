using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Api.Predictions;

/// <summary>Which part of an endpoint's ledger is asked for, and what was known when.</summary>
internal readonly record struct LedgerAsked(EndpointId Endpoint, int? Version, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset KnownAt)
{
    public LedgerPart Part => new(Endpoint, null, From, Until, KnownAt, Number: Version);
}

/// <summary>The same part of several endpoints is read in one statement.</summary>
internal sealed class QualityOfEndpoint(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<LedgerAsked, QualityReport>
{
    protected override async Task<IReadOnlyDictionary<LedgerAsked, QualityReport>> LoadBatchAsync(IReadOnlyList<LedgerAsked> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var tallies = keys.ToDictionary(key => key, _ => new QualityTally());
        foreach (var same in keys.GroupBy(key => key with { Endpoint = default }))
            await foreach (var (endpoint, row) in ReadLedger.OfAllAsync(db, [.. same.Select(key => key.Endpoint)], same.First().Part, ct))
                tallies[same.Key with { Endpoint = endpoint }].Add(row);
        return tallies.ToDictionary(t => t.Key, t => t.Value.Report());
    }
}

internal sealed class MaturityOfEndpoint(IDbContextFactory<ModelHubDb> factory, TimeProvider time) : BatchDataLoader<LedgerAsked, IReadOnlyList<MaturityPoint>>
{
    protected override async Task<IReadOnlyDictionary<LedgerAsked, IReadOnlyList<MaturityPoint>>> LoadBatchAsync(IReadOnlyList<LedgerAsked> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = new Dictionary<LedgerAsked, IReadOnlyList<MaturityPoint>>();
        foreach (var same in keys.GroupBy(key => key with { Endpoint = default }))
            foreach (var (endpoint, points) in await ReadLabelMaturity.RunAsync(db, [.. same.Select(key => key.Endpoint)], same.First().Part, time.GetUtcNow(), ct))
                found[same.Key with { Endpoint = endpoint }] = points;
        return found;
    }
}
