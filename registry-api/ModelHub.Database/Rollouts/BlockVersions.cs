using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Database;

/// <summary>A version as events name it.</summary>
public readonly record struct NamedVersion(VersionId Id, string Model, int Number);

public sealed partial class ModelHubDb
{
    /// <summary>Blocks a version that was rolled back; pending rows and events for the caller's commit, none when it is blocked already.</summary>
    public async Task<IReadOnlyList<Event>> BlockAsync(
        NamedVersion version, Environment environment, PromotionId? promotion, string reason, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        if (await BlockOfAsync(version.Id, environment.Id, ct) is not null)
            return [];
        VersionBlocks.Add(VersionBlock.Put(version.Id, environment.Id, promotion, reason, by, now));
        return [new VersionWasBlocked(version.Model, version.Number, environment.Name, reason)];
    }

    /// <summary>Lifts the block on a version, if there is one; pending rows and events for the caller's commit.</summary>
    public async Task<IReadOnlyList<Event>> UnblockAsync(NamedVersion version, Environment environment, string reason, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        if (await BlockOfAsync(version.Id, environment.Id, ct) is not { } block)
            return [];
        block.Lift(reason, by, now);
        return [new BlockLifted(version.Model, version.Number, environment.Name, reason)];
    }

    /// <summary>The block that holds, tracked; null when there is none.</summary>
    public Task<VersionBlock?> BlockOfAsync(VersionId version, Domain.Environments.EnvironmentId environment, CancellationToken ct) =>
        VersionBlocks.SingleOrDefaultAsync(b => b.VersionId == version && b.EnvironmentId == environment && b.LiftedAt == null, ct);
}
