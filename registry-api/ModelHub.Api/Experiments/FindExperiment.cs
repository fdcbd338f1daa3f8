using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

internal static class FindExperiment
{
    /// <summary>With all that changing it needs; null too when the caller may not see it.</summary>
    public static async Task<Experiment?> FindExperimentAsync(this ModelHubDb db, ExperimentId id, Caller caller, CancellationToken ct)
        => (await ModelHubDb.WholeExperiments(db.Experiments).SingleOrDefaultAsync(e => e.Id == id, ct)).IfVisible(caller, e => e.Endpoint.Model.Name);

    public static Place Place(this Experiment experiment) => ModelHub.Domain.Access.Place.In(experiment.Endpoint.Model.Name, experiment.Endpoint.Environment.Name);
}
