using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Events;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Rollouts;

/// <summary>Lets the replicas of scaled endpoints follow their load; what loads and unloads them is <see cref="ReconcileRollouts"/>.</summary>
internal sealed partial class ScaleVariants(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<ScaleVariants> logger, TimeProvider time)
    : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        foreach (var observed in await ObservedVariant.ReadAsync(db, now, ct))
            if (Autoscaling.Next(observed.Facts, now) is ScalingDecision.To to)
                await ScaleAsync(observed, to, now, ct);
        return false;
    }

    private async Task ScaleAsync(ObservedVariant observed, ScalingDecision.To to, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var endpoint = await db.Endpoints.Include(e => e.Model).Include(e => e.Environment)
            .Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version).AsSplitQuery().SingleAsync(e => e.Id == observed.Endpoint, ct);
        // Ended, scaled or let go of since it was looked at: the next look finds what is there then.
        var variant = endpoint.Variants.SingleOrDefault(v => v.Id == observed.Variant && v.Replicas == observed.Facts.Replicas);
        if (variant is null || endpoint.Scaling != observed.Facts.Policy) return;

        endpoint.Scale(variant.Id, to.Replicas, now);
        var scaled = new EndpointScaled(
            endpoint.Model.Name, endpoint.Environment.Name, variant.Version.Number, observed.Facts.Replicas, to.Replicas, to.Reason, to.Evidence);
        if (await db.CommitAsync(scaled, OperationStore.Worker, ct) is null) LogScaled(scaled.Model, scaled.Environment, scaled.Version, scaled.From, scaled.To, scaled.Reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} in {Environment}: version {Version} from {From} to {To} replicas: {Reason}")]
    private partial void LogScaled(string model, string environment, int version, int from, int to, string reason);
}
