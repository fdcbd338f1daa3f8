using ModelHub.Api.Models;
using ModelHub.Api.Rollouts;
using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

internal sealed class ExperimentById(IDbContextFactory<ModelHubDb> factory) : ById<ExperimentId, Experiment>(factory, experiment => experiment.Id)
{
    protected override IQueryable<Experiment> From(IQueryable<Experiment> rows) => rows.Include(experiment => experiment.Endpoint.Model);
}

/// <summary>The control first.</summary>
internal sealed class ArmsOfExperiment(IDbContextFactory<ModelHubDb> factory) : ManyBy<ExperimentId, ExperimentArm>(factory, arm => arm.ExperimentId)
{
    protected override IQueryable<ExperimentArm> From(IQueryable<ExperimentArm> rows) => rows.OrderBy(arm => arm.Number);
}

internal sealed class TotalsOfExperiment(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<ExperimentId, IReadOnlyList<ArmTotals>>
{
    protected override async Task<IReadOnlyDictionary<ExperimentId, IReadOnlyList<ArmTotals>>> LoadBatchAsync(IReadOnlyList<ExperimentId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.ArmTotalsAsync(keys, ct);
    }
}

/// <summary>What is known of the arms, or was when the experiment ended.</summary>
/// <param name="Totals">By arm, the control first.</param>
/// <param name="Comparisons">Of every other arm with the control.</param>
/// <param name="Ratios">Whether arms got their shares.</param>
internal sealed record ExperimentReport(IReadOnlyList<ArmTotals> Totals, IReadOnlyList<ArmComparison> Comparisons, IReadOnlyList<RatioCheck> Ratios);

[ObjectType<Experiment>(Only = [
    nameof(Experiment.Id), nameof(Experiment.State), nameof(Experiment.Verdict), nameof(Experiment.Reason), nameof(Experiment.Options),
    nameof(Experiment.StartedBy), nameof(Experiment.StartedAt), nameof(Experiment.RunningSince), nameof(Experiment.EndedAt), nameof(Experiment.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class ExperimentFields
{
    [NodeResolver]
    public static async Task<Experiment?> GetAsync(ExperimentId id, Caller caller, ExperimentById experiments, CancellationToken ct)
        => (await experiments.LoadAsync(id, ct)).IfVisible(caller, experiment => experiment.Endpoint.Model.Name);

    public static async Task<Endpoint> GetEndpointAsync([Parent] Experiment experiment, EndpointById endpoints, CancellationToken ct)
        => (await endpoints.LoadAsync(experiment.EndpointId, ct))!;

    /// <summary>The control first.</summary>
    public static Task<IReadOnlyList<ExperimentArm>> GetArmsAsync([Parent] Experiment experiment, ArmsOfExperiment arms, CancellationToken ct)
        => arms.LoadAsync(experiment.Id, ct);

    /// <summary>The arm that is better than the control; null when none is, and before the end.</summary>
    public static async Task<ExperimentArm?> GetWinnerAsync([Parent] Experiment experiment, ArmsOfExperiment arms, CancellationToken ct)
        => experiment.WinnerNumber is { } winner ? (await arms.LoadAsync(experiment.Id, ct)).Single(arm => arm.Number == winner) : null;

    /// <summary>What is known of the arms now, or was when it ended.</summary>
    public static async Task<ExperimentReport> GetReportAsync([Parent] Experiment experiment, ArmsOfExperiment arms, TotalsOfExperiment totals, CancellationToken ct)
    {
        var judged = experiment.Judgement
            ?? ExperimentJudge.Judge((await totals.LoadAsync(experiment.Id, ct))!, [.. (await arms.LoadAsync(experiment.Id, ct)).Select(arm => (arm.Name, arm.Share))], experiment.Options);
        return new(judged.Totals, judged.Comparisons, judged.Ratios);
    }
}

[ObjectType<ExperimentArm>(Only = [nameof(ExperimentArm.Number), nameof(ExperimentArm.Name), nameof(ExperimentArm.Share)])]
[Authorize(nameof(Permission.Read))]
internal static class ExperimentArmFields
{
    public static async Task<Version> GetVersionAsync([Parent] ExperimentArm arm, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(arm.VersionId, ct))!;
}
