using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Database;

/// <summary>Opens, runs and ends experiments with all that changes with them. The caller commits, with the event.</summary>
public sealed partial class ModelHubDb
{
    public static readonly Func<IQueryable<Experiment>, IQueryable<Experiment>> WholeExperiments = rows => rows
        .Include(e => e.Arms).ThenInclude(a => a.Version)
        .Include(e => e.Endpoint.Model).Include(e => e.Endpoint.Environment)
        .Include(e => e.Endpoint.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
        .AsSplitQuery();

    /// <summary>The open experiment of an endpoint, if there is one.</summary>
    public async Task<ExperimentId?> OpenExperimentAtAsync(EndpointId endpoint, CancellationToken ct)
    {
        var open = ExperimentStates.Open;
        return (await Experiments.AsNoTracking().Where(e => e.EndpointId == endpoint && open.Contains(e.State)).Select(e => new { e.Id }).SingleOrDefaultAsync(ct))?.Id;
    }

    /// <param name="request">Its endpoint with its valid variants and their versions.</param>
    public async Task<Result<(Experiment Experiment, Event Started)>> OpenExperimentAsync(ExperimentRequest request, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        if (Experiment.Open(request, actor, now).IsRefused(out var refusal, out var experiment))
            return refusal;
        Experiments.Add(experiment);
        var numbers = request.Arms.ToDictionary(a => a.Version.Id, a => a.Version.Number);
        await ArmsChangedAsync(request.Endpoint!, numbers, $"experiment {experiment.Id.Value}", actor, now, ct);
        return (experiment, new ExperimentStarted(experiment.Id.Value, request.Model, request.Environment, Dealt(experiment, numbers)));
    }

    /// <summary>Gives the arms their shares.</summary>
    /// <param name="experiment">As <see cref="WholeExperiments"/> reads it.</param>
    public async Task<Event> RunExperimentAsync(Experiment experiment, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        experiment.Run(now);
        experiment.Endpoint.Divide(experiment.Arms.ToDictionary(a => a.VariantId, a => a.Share), now);
        var numbers = experiment.Arms.ToDictionary(a => a.VersionId, a => a.Version.Number);
        var routes = await ArmsChangedAsync(experiment.Endpoint, numbers, $"experiment {experiment.Id.Value} runs", actor, now, ct);
        return new ExperimentRuns(experiment.Id.Value, experiment.Endpoint.Model.Name, experiment.Endpoint.Environment.Name, Dealt(experiment, numbers), routes);
    }

    /// <summary>Gives the control all traffic again after the experiment has ended; the winner stays loaded for a while.</summary>
    /// <param name="experiment">As <see cref="WholeExperiments"/> reads it.</param>
    public async Task<Event> CloseExperimentAsync(Experiment experiment, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var (endpoint, winner) = (experiment.Endpoint, experiment.Winner);
        endpoint.EndArms(winner?.VersionId, now + Experiment.KeepWarm, now);
        var numbers = experiment.Arms.ToDictionary(a => a.VersionId, a => a.Version.Number);
        var routes = await ArmsChangedAsync(endpoint, numbers, $"experiment {experiment.Id.Value} is {experiment.State}", actor, now, ct);
        return new ExperimentOver(
            experiment.Id.Value, endpoint.Model.Name, endpoint.Environment.Name, experiment.State, experiment.Verdict, winner?.Name, experiment.Reason!, routes);
    }

    private static IReadOnlyList<DealtArm> Dealt(Experiment experiment, Dictionary<VersionId, int> numbers) =>
        [.. experiment.Arms.OrderBy(a => a.Number).Select(a => new DealtArm(a.Name, numbers[a.VersionId], a.Share))];

    private async Task<long> ArmsChangedAsync(
        Endpoint endpoint, Dictionary<VersionId, int> numbers, string reason, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var routes = await BumpAsync(Numbered.Routes, ct);
        Variants.AddRange(endpoint.Variants.Where(v => Entry(v).State == EntityState.Detached).ToList());
        RoutingChanges.Add(new RoutingChange(
            endpoint.Id,
            [
                .. endpoint.Variants.Where(v => v.ValidTo is null)
                    .Select(v => new RoutedVariant(v.Id, v.VersionId, numbers.TryGetValue(v.VersionId, out var number) ? number : v.Version.Number, v.Role, v.Weight)),
            ], routes, reason, actor, now));
        return routes;
    }
}
