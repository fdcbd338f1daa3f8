using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Database;

/// <param name="Version">With its model.</param>
/// <param name="Plan">The name of a rollout plan; null: the document, else the policy's, else blue-green.</param>
/// <param name="FreezeOverride">Why it may go on though the environment is frozen.</param>
/// <param name="ExpectedRevision">Of the endpoint, 0 where there is none yet; null: whatever it is.</param>
public sealed record PromotionWish(
    Version Version, string Environment, string? Plan = null, RolloutPlan? Document = null, string? FreezeOverride = null, long? ExpectedRevision = null);

public sealed partial class ModelHubDb
{
    /// <summary>Asks for the promotion of a version, whoever asks: gates, approvals and the rollout follow. The caller commits, with the events.</summary>
    public async Task<Result<(Promotion Promotion, IReadOnlyList<Event> Events)>> RequestPromotionAsync(PromotionWish wish, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var (version, model) = (wish.Version, wish.Version.Model.Name);
        if (await Environments.SingleOrDefaultAsync(e => e.Name == wish.Environment, ct) is not { } into)
            return new EnvironmentNotFound(wish.Environment);
        var endpoint = await Endpoints.Include(e => e.Variants.Where(v => v.ValidTo == null)).SingleOrDefaultAsync(e => e.ModelId == version.ModelId && e.EnvironmentId == into.Id, ct);
        if (wish.ExpectedRevision is { } expected && expected != (endpoint?.Revision ?? 0))
            return new RevisionConflict(expected, endpoint?.Revision ?? 0);
        if (endpoint is null)
            Endpoints.Add(endpoint = Endpoint.Open(version.ModelId, into.Id, now));

        var request = new PromotionRequest(
            version, model, into, endpoint.Id, endpoint.Primary()?.VersionId, await OpenPromotionAtAsync(endpoint.Id, ct), wish.Plan, wish.Document,
            Block: await BlockOfAsync(version.Id, into.Id, ct), FreezeOverride: wish.FreezeOverride, Experiment: await OpenExperimentAtAsync(endpoint.Id, ct));
        if (Promotion.Open(request, actor, now).IsRefused(out var refusal, out var promotion))
            return refusal;
        Promotions.Add(promotion);
        var requested = new PromotionRequested(promotion.Id.Value, model, version.Number, wish.Environment, promotion.Plan);
        Event[] events = wish.FreezeOverride is { } why
            ? [requested, new FreezeOverridden(promotion.Id.Value, model, version.Number, wish.Environment, why)]
            : [requested];
        return (promotion, events);
    }

    public async Task<PromotionId?> OpenPromotionAtAsync(EndpointId endpoint, CancellationToken ct)
    {
        var open = PromotionStates.Open;
        return (await Promotions.AsNoTracking().Where(p => p.EndpointId == endpoint && open.Contains(p.State)).Select(p => new { p.Id }).SingleOrDefaultAsync(ct))?.Id;
    }
}
