using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Events;

public sealed record EnvironmentCreated(string Environment, int Rank)
    : Event("environment.created", Subjects.Environment(Environment));

public sealed record EnvironmentMoved(string Environment, int From, int To)
    : Event("environment.moved", Subjects.Environment(Environment));

/// <param name="Number">Of the policy's version.</param>
public sealed record EnvironmentPolicyChanged(string Environment, Environments.Policy Policy, int Number, string Digest, string? Reason)
    : Event("environment.policy-changed", Subjects.Environment(Environment));

public sealed record PromotionRequested(Guid Promotion, string Model, int Version, string Environment, string Plan)
    : Event("promotion.requested", Subjects.Promotion(Promotion));

/// <param name="Inputs">SHA-256 of what the gate looked at: the log is chained, so evidence that was changed later is found.</param>
public sealed record GateVerdict(string Gate, Verdict Verdict, string Reason, string? Inputs = null);

public sealed record GatesEvaluated(Guid Promotion, string Model, int Version, string Environment, IReadOnlyList<GateVerdict> Gates)
    : Event("promotion.gates-evaluated", Subjects.Promotion(Promotion));

public sealed record PromotionApproved(Guid Promotion, string Model, int Version, string Environment, string? Reason)
    : Event("promotion.approved", Subjects.Promotion(Promotion));

public sealed record PromotionRejected(Guid Promotion, string Model, int Version, string Environment, string? Reason)
    : Event("promotion.rejected", Subjects.Promotion(Promotion));

/// <summary>An emergency: traffic may move though the environment is frozen.</summary>
public sealed record FreezeOverridden(Guid Promotion, string Model, int Version, string Environment, string Reason)
    : Event("promotion.freeze-overridden", Subjects.Promotion(Promotion));

public sealed record PromotionAborted(Guid Promotion, string Model, int Version, string Environment, string? Reason)
    : Event("promotion.aborted", Subjects.Promotion(Promotion));

/// <summary>Every step that has no event of its own.</summary>
public sealed record PromotionAdvanced(Guid Promotion, string Model, int Version, string Environment, PromotionState State, string? Reason)
    : Event("promotion.advanced", Subjects.Promotion(Promotion));

/// <param name="Replaced">The number of the version that had the traffic before.</param>
public sealed record VersionPromoted(Guid Promotion, string Model, int Version, string Environment, int? Replaced, double TimeToLiveMs)
    : Event("version.promoted", Subjects.Promotion(Promotion));

/// <param name="Stage">Its place in the plan, from 0.</param>
/// <param name="Weight">The candidate's share in percent; null for a shadow.</param>
public sealed record PromotionStageEntered(Guid Promotion, string Model, int Version, string Environment, int Stage, string Kind, double? Weight)
    : Event("promotion.stage-entered", Subjects.Promotion(Promotion));

/// <param name="Stage">Its place in the plan, from 0; null for the watch.</param>
public sealed record PromotionStageJudged(
    Guid Promotion, string Model, int Version, string Environment, int? Stage, Verdict Verdict, string Reason, IReadOnlyList<Finding> Findings)
    : Event("promotion.stage-judged", Subjects.Promotion(Promotion));

public sealed record PromotionPaused(Guid Promotion, string Model, int Version, string Environment, string? Reason)
    : Event("promotion.paused", Subjects.Promotion(Promotion));

public sealed record PromotionResumed(Guid Promotion, string Model, int Version, string Environment)
    : Event("promotion.resumed", Subjects.Promotion(Promotion));

public sealed record PromotionStageSkipped(Guid Promotion, string Model, int Version, string Environment, int Stage, string? Reason)
    : Event("promotion.stage-skipped", Subjects.Promotion(Promotion));
