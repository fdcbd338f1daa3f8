using System.Text.Json;
using ModelHub.Api.Environments;

namespace ModelHub.Api.Promotions;

internal sealed class VerdictsOfPromotion(IDbContextFactory<ModelHubDb> factory) : ManyBy<PromotionId, RolloutVerdict>(factory, verdict => verdict.PromotionId)
{
    protected override IQueryable<RolloutVerdict> From(IQueryable<RolloutVerdict> rows) => rows.OrderBy(verdict => verdict.At).ThenBy(verdict => verdict.Id);
}

internal sealed class BlocksOfVersion(IDbContextFactory<ModelHubDb> factory) : ManyBy<VersionId, VersionBlock>(factory, block => block.VersionId)
{
    protected override IQueryable<VersionBlock> From(IQueryable<VersionBlock> rows) => rows.OrderBy(block => block.At);
}

[ObjectType<StageRecord>(Only = [
    nameof(StageRecord.Index), nameof(StageRecord.Kind), nameof(StageRecord.Weight), nameof(StageRecord.Outcome), nameof(StageRecord.EnteredAt), nameof(StageRecord.EndedAt),
    nameof(StageRecord.Reason), nameof(StageRecord.By)])]
[GraphQLName("PromotionStage")]
[Authorize(nameof(Permission.Read))]
internal static class StageRecordFields;

[ObjectType<RolloutVerdict>(Only = [nameof(RolloutVerdict.Stage), nameof(RolloutVerdict.Verdict), nameof(RolloutVerdict.Reason), nameof(RolloutVerdict.At), nameof(RolloutVerdict.Findings)],
    Wide = [nameof(RolloutVerdict.Findings), nameof(RolloutVerdict.Facts)])]
[Authorize(nameof(Permission.Read))]
internal static class RolloutVerdictFields
{
    /// <summary>Begin of the windows it was judged on.</summary>
    [Reads(nameof(RolloutVerdict.Facts))]
    public static DateTimeOffset GetFrom([Parent] RolloutVerdict verdict) => verdict.Facts.From;

    /// <summary>End of the last window that every router had told; null when one had told none.</summary>
    [Reads(nameof(RolloutVerdict.Facts))]
    public static DateTimeOffset? GetUntil([Parent] RolloutVerdict verdict) => verdict.Facts.Until;

    /// <summary>Requests that the candidate answered in these windows.</summary>
    [Reads(nameof(RolloutVerdict.Facts))]
    public static long GetSamples([Parent] RolloutVerdict verdict) => verdict.Facts.Whole.Candidate.Requests;

    /// <summary>Requests that the primary answered in the same windows; null when nothing answered beside it.</summary>
    [Reads(nameof(RolloutVerdict.Facts))]
    public static long? GetPrimarySamples([Parent] RolloutVerdict verdict) => verdict.Facts.Whole.Primary?.Requests;

    /// <summary>All it was judged on: judging it again gives the same verdict.</summary>
    [Reads(nameof(RolloutVerdict.Facts))]
    public static JsonElement GetFacts([Parent] RolloutVerdict verdict) => JsonSerializer.SerializeToElement(verdict.Facts, ModelHub.Database.Conventions.Json.Options);
}

[ObjectType<Finding>(Only = [nameof(Finding.Limit), nameof(Finding.Allowed), nameof(Finding.Candidate), nameof(Finding.Primary), nameof(Finding.Verdict), nameof(Finding.Reason)])]
[Authorize(nameof(Permission.Read))]
internal static class FindingFields;

[ObjectType<VersionBlock>(Only = [
    nameof(VersionBlock.Reason), nameof(VersionBlock.By), nameof(VersionBlock.At), nameof(VersionBlock.LiftedAt), nameof(VersionBlock.LiftedBy), nameof(VersionBlock.LiftReason)])]
[Authorize(nameof(Permission.Read))]
internal static class VersionBlockFields
{
    public static async Task<Environment> GetEnvironmentAsync([Parent] VersionBlock block, EnvironmentById environments, CancellationToken ct)
        => (await environments.LoadAsync(block.EnvironmentId, ct))!;
}
