using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Rollouts;

public sealed record NothingToRollBackTo(string Model, string Environment)
    : Refusal($"{Model} in {Environment} has no earlier version to go back to.");

public sealed record RollbackTargetNotReady(int Version)
    : Refusal($"Version {Version} is not loaded and ready on any live node; promote it instead.");

/// <param name="EndedAt">When it lost the traffic; null for the one that has it.</param>
/// <param name="ReadyOn">How many live nodes hold it, loaded and warmed.</param>
/// <param name="Blocked">It was itself rolled back, and nobody has lifted that.</param>
public sealed record ServedVersion(VersionId Id, int Number, DateTimeOffset? EndedAt, int ReadyOn, bool Blocked = false);

/// <summary>From where to where traffic goes back.</summary>
/// <param name="Loaded">Whether a live node holds the target ready: then going back is one routing table, else it is loaded first.</param>
public sealed record RollbackPlan(VersionId From, VersionId To, bool Loaded = true)
{
    /// <summary>
    /// Picks the version to go back to: the named one, else the one that lost the traffic last and was not itself rolled
    /// back. Any version that ever had the traffic will do.
    /// </summary>
    /// <param name="served">Every primary the endpoint ever had, in any order; a version may stand there several times.</param>
    public static Result<RollbackPlan> Choose(string model, string environment, IReadOnlyList<ServedVersion> served, int? toVersion)
    {
        var nothing = new NothingToRollBackTo(model, environment);
        if (served.FirstOrDefault(s => s.EndedAt is null) is not { } current)
            return nothing;

        var past = served.Where(s => s.EndedAt is not null && s.Id != current.Id).OrderByDescending(s => s.EndedAt);
        var target = past.FirstOrDefault(s => toVersion is { } named ? s.Number == named : !s.Blocked);
        return target is null ? nothing : new RollbackPlan(current.Id, target.Id, target.ReadyOn > 0);
    }
}
