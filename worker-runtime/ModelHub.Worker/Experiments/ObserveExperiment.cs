using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Experiments;

/// <summary>An experiment, tracked with all it may change, and the facts its next step depends on.</summary>
internal sealed record ObservedExperiment(Experiment Experiment, ExperimentFacts Facts)
{
    public string Model => Experiment.Endpoint.Model.Name;

    public string Environment => Experiment.Endpoint.Environment.Name;

    public static async Task<ObservedExperiment?> ReadAsync(ModelHubDb db, ExperimentId id, CancellationToken ct)
    {
        var experiment = await ModelHubDb.WholeExperiments(db.Experiments).SingleOrDefaultAsync(e => e.Id == id, ct);
        if (experiment is null || experiment.State.HasEnded()) return null;
        var versions = experiment.Arms.Select(a => a.VersionId).ToList();
        var placements = await db.Placements.AsNoTracking().Where(p => p.EndpointId == experiment.EndpointId && versions.Contains(p.VersionId)).ToListAsync(ct);
        var holding = experiment.Endpoint.Variants.Where(v => v.ValidTo is null).Select(v => v.Id).ToHashSet();
        return new(experiment, new(
            experiment.Endpoint.Primary()?.VersionId,
            experiment.Arms.All(a => holding.Contains(a.VariantId)),
            [.. placements.Select(p => new PlacementFacts(p.NodeId, p.VersionId, p.Wanted, p.State, p.RetiredAtRoutes, p.LastFailure?.Message))],
            (await db.ArmTotalsAsync([id], ct))[id]));
    }
}
