using ModelHub.Api.Environments;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Api.Predictions;

internal sealed class LedgerTotalsOfEndpoint(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<EndpointId, LedgerTotals>
{
    protected override async Task<IReadOnlyDictionary<EndpointId, LedgerTotals>> LoadBatchAsync(IReadOnlyList<EndpointId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await ReadLedgerTotals.RunAsync(db, keys, ct);
    }
}

[ObjectType<Endpoint>]
[Authorize(nameof(Permission.Read))]
internal static class EndpointLedgerFields
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <summary>How much of its requests is written down, and what got lost.</summary>
    [Cost(20)]
    public static async Task<LedgerTotals> GetLedgerTotalsAsync([Parent] Endpoint endpoint, LedgerTotalsOfEndpoint totals, CancellationToken ct)
        => await totals.LoadAsync(endpoint.Id, ct) ?? LedgerTotals.None;

    /// <summary>The requests that are written down, newest first.</summary>
    /// <param name="labelled">True: those for which a label has arrived; false: those for which none has; left out: all.</param>
    [UsePaging]
    [UseFiltering("version: Version.Number", nameof(Prediction.Outcome), nameof(Prediction.At), nameof(Prediction.RequestId))]
    public static Task<Page<Prediction>> GetPredictionsAsync(
        [Parent] Endpoint endpoint, bool? labelled, PagingArguments paging, QueryContext<Prediction> wanted,
        PredictionsOfEndpoint all, LabelledOfEndpoint with, UnlabelledOfEndpoint without, CancellationToken ct)
        => (labelled switch { true => with, false => without, _ => all }).LoadAsync(endpoint.Id, paging, wanted, ct);

    /// <summary>How good its predictions were, by the labels known of them. The same for every order in which labels came.</summary>
    /// <param name="version">The number of a version; left out: whichever answered.</param>
    /// <param name="from">Of the predictions; a day before the end when left out, and at most 31.</param>
    /// <param name="to">End of the predictions, not included; now when left out.</param>
    /// <param name="asKnownAt">With the labels that had arrived by then; now when left out.</param>
    [Cost(50)]
    public static async Task<QualityReport> GetQualityAsync(
        [Parent] Endpoint endpoint, int? version, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset? asKnownAt, QualityOfEndpoint quality, TimeProvider time, CancellationToken ct)
        => (await quality.LoadAsync(Asked(endpoint, version, from, to, asKnownAt, time), ct))!;

    /// <summary>How complete the labels of its predictions are: the share that had one after a minute, an hour, a day …</summary>
    /// <param name="version">The number of a version; left out: whichever answered.</param>
    /// <param name="from">Of the predictions; a day before the end when left out, and at most 31.</param>
    /// <param name="to">End of the predictions, not included; now when left out.</param>
    /// <param name="asKnownAt">With the labels that had arrived by then; now when left out.</param>
    [Cost(50)]
    public static async Task<IReadOnlyList<MaturityPoint>> GetLabelMaturityAsync(
        [Parent] Endpoint endpoint, int? version, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset? asKnownAt, MaturityOfEndpoint maturity, TimeProvider time, CancellationToken ct)
        => (await maturity.LoadAsync(Asked(endpoint, version, from, to, asKnownAt, time), ct))!;

    // To the second, so that the fields of a request ask for one part.
    private static LedgerAsked Asked(Endpoint endpoint, int? version, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset? asKnownAt, TimeProvider time)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + 1);
        var until = (to ?? now).ToUniversalTime();
        var since = (from ?? until - Usual).ToUniversalTime();
        if (since >= until || until - since > Longest)
            throw Drafts.Refused(new InvalidInput("from", $"before to, by at most {Longest.TotalDays:0} days"));
        return new(endpoint.Id, version, since, until, (asKnownAt ?? now).ToUniversalTime());
    }
}
