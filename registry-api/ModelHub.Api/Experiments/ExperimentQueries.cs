using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class ExperimentQueries
{
    /// <summary>Experiments on models the caller may read, newest first.</summary>
    [UsePaging]
    [UseFiltering(nameof(Experiment.State), nameof(Experiment.Verdict), "environment: Endpoint.Environment.Name", "model: Endpoint.Model.Name", nameof(Experiment.StartedBy), nameof(Experiment.StartedAt))]
    [UseSorting(nameof(Experiment.StartedAt))]
    public static IQueryable<Experiment> GetExperiments(Caller caller, ModelHubDb db)
        => db.Experiments.AsNoTracking().Include(experiment => experiment.Endpoint.Model)
            .VisibleTo(caller, experiment => experiment.Endpoint.Model.Name)
            .OrderByDescending(experiment => experiment.StartedAt).ThenByDescending(experiment => experiment.Id);

    public static Task<Experiment?> GetExperimentAsync([ID<Experiment>] ExperimentId id, Caller caller, ExperimentById experiments, CancellationToken ct)
        => ExperimentFields.GetAsync(id, caller, experiments, ct);
}
