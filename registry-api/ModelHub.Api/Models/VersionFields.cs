using ModelHub.Api.Batches;
using ModelHub.Api.Explanations;
using ModelHub.Api.Promotions;
using ModelHub.Api.Rollouts;
using ModelHub.Api.Training;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Explanations;

namespace ModelHub.Api.Models;

/// <summary>The bytes of a version.</summary>
/// <param name="Digest">sha256: and 64 hex digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Files">What a bundle holds; empty for a single file.</param>
/// <param name="Scan">Null until the version was validated.</param>
internal sealed record Artifact(string Digest, long Size, IReadOnlyList<ArtifactFile> Files, ArtifactScan? Scan);

[ObjectType<Version>(Only = [
    nameof(Version.Id), nameof(Version.Number), nameof(Version.State), nameof(Version.Failure), nameof(Version.Format), nameof(Version.Digest),
    nameof(Version.Size), nameof(Version.ScanAcceptance), nameof(Version.Signature), nameof(Version.Optimised), nameof(Version.Metrics), nameof(Version.Parameters), nameof(Version.Tags), nameof(Version.Card),
    nameof(Version.Commit), nameof(Version.RunUrl), nameof(Version.CiUrl), nameof(Version.CreatedBy), nameof(Version.CreatedAt), nameof(Version.Revision)],
    Wide = [
        nameof(Version.Files), nameof(Version.Scan), nameof(Version.ScanAcceptance), nameof(Version.Signature), nameof(Version.Optimised), nameof(Version.Metrics),
        nameof(Version.Parameters), nameof(Version.Tags), nameof(Version.Card), nameof(Version.Failure)])]
[Authorize(nameof(Permission.Read))]
internal static class VersionFields
{
    [NodeResolver]
    public static async Task<Version?> GetAsync(VersionId id, Caller caller, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Model.Name);

    public static async Task<Model> GetModelAsync([Parent] Version version, ModelById models, CancellationToken ct)
        => (await models.LoadAsync(version.ModelId, ct))!;

    [Reads(nameof(Version.Files), nameof(Version.Scan))]
    public static Artifact GetArtifact([Parent] Version version) => new(version.Digest, version.Size, version.Files, version.Scan);

    /// <summary>The version it was trained or made from; null too when the caller may not see it.</summary>
    public static async Task<Version?> GetParentAsync([Parent] Version version, Caller caller, VersionById versions, CancellationToken ct)
        => version.ParentId is { } id ? (await versions.LoadAsync(id, ct)).IfVisible(caller, parent => parent.Model.Name) : null;

    /// <summary>Versions whose parent it is: variants made from it, and what was trained on from it; newest first.</summary>
    [UsePaging]
    public static Task<Page<Version>> GetDerivedAsync(
        [Parent] Version version, PagingArguments paging, QueryContext<Version> wanted, DerivedOfVersion derived, CancellationToken ct)
        => derived.LoadAsync(version.Id, paging, wanted, ct);

    /// <summary>The data it was trained on, as far as the caller may see it.</summary>
    public static async Task<IReadOnlyList<DataVersion>> GetDataVersionsAsync([Parent] Version version, Caller caller, DataOfVersion data, CancellationToken ct)
        => [.. (await data.LoadAsync(version.Id, ct)).Select(edge => edge.DataVersion).Where(d => d.IfVisible(caller, x => x.Dataset.Name) is not null)];

    public static Task<TrainingRun?> GetTrainingRunAsync([Parent] Version version, TrainingRunById runs, CancellationToken ct)
        => version.TrainingRunId is { } id ? runs.LoadAsync(id, ct) : Task.FromResult<TrainingRun?>(null);

    public static Task<IReadOnlyList<Check>> GetChecksAsync([Parent] Version version, ChecksOfVersion checks, CancellationToken ct)
        => checks.LoadAsync(version.Id, ct);

    public static Task<IReadOnlyList<Alias>> GetAliasesAsync([Parent] Version version, AliasesOfVersion aliases, CancellationToken ct)
        => aliases.LoadAsync(version.Id, ct);

    /// <summary>Where it takes traffic now.</summary>
    public static Task<IReadOnlyList<Endpoint>> GetEndpointsAsync([Parent] Version version, EndpointsOfVersion endpoints, CancellationToken ct)
        => endpoints.LoadAsync(version.Id, ct);

    /// <summary>Environments in which it was rolled back, lifted blocks included.</summary>
    public static Task<IReadOnlyList<VersionBlock>> GetBlocksAsync([Parent] Version version, BlocksOfVersion blocks, CancellationToken ct)
        => blocks.LoadAsync(version.Id, ct);

    /// <summary>Runs of it over whole data, newest first.</summary>
    [UsePaging]
    public static Task<Page<BatchRun>> GetBatchesAsync(
        [Parent] Version version, PagingArguments paging, QueryContext<BatchRun> wanted, BatchRunsOfVersion runs, CancellationToken ct)
        => runs.LoadAsync(version.Id, paging, wanted, ct);

    /// <summary>How much each column matters to it, as measured on data; newest first.</summary>
    [UsePaging]
    public static Task<Page<VersionImportance>> GetImportancesAsync(
        [Parent] Version version, PagingArguments paging, QueryContext<VersionImportance> wanted, ImportancesOfVersion importances, CancellationToken ct)
        => importances.LoadAsync(version.Id, paging, wanted, ct);

    [UsePaging]
    public static Task<Page<Promotion>> GetPromotionsAsync(
        [Parent] Version version, PagingArguments paging, QueryContext<Promotion> wanted, PromotionsOfVersion promotions, CancellationToken ct)
        => promotions.LoadAsync(version.Id, paging, wanted, ct);
}
