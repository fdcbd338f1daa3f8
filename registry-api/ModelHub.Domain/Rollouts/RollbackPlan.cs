using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Rollouts;

public sealed record NothingToRollBackTo(string Model, string Environment)
    : Refusal($"{Model} in {Environment} has no predecessor that is still loaded.");

public sealed record RollbackTargetNotReady(int Version)
    : Refusal($"Version {Version} is not loaded and ready on any live node; promote it instead.");

/// <param name="EndedAt">When it lost the traffic; null for the one that has it.</param>
/// <param name="ReadyOn">How many live nodes hold it, loaded and warmed.</param>
public sealed record ServedVersion(VersionId Id, int Number, DateTimeOffset? EndedAt, int ReadyOn);

/// <summary>From where to where traffic goes back.</summary>
public sealed record RollbackPlan(VersionId From, VersionId To)
{
    /// <summary>
    /// Picks the version to go back to: the named one, else the one that lost the traffic last. Only a version that is
    /// ready on a live node will do, because a rollback is one routing table and no load.
    /// </summary>
    /// <param name="served">Every primary the endpoint ever had, in any order; a version may stand there several times.</param>
    public static Result<RollbackPlan> Choose(string model, string environment, IReadOnlyList<ServedVersion> served, int? toVersion)
    {
        var nothing = new NothingToRollBackTo(model, environment);
        if (served.FirstOrDefault(s => s.EndedAt is null) is not { } current)
            return nothing;

        var past = served.Where(s => s.EndedAt is not null && s.Id != current.Id).OrderByDescending(s => s.EndedAt);
        var target = past.FirstOrDefault(s => toVersion is null || s.Number == toVersion);
        if (target is null)
            return nothing;
        return target.ReadyOn > 0 ? new RollbackPlan(current.Id, target.Id) : new RollbackTargetNotReady(target.Number);
    }
}
