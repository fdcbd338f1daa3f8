using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Promotions;

public sealed record PromotionNotFound()
    : Refusal("There is no such promotion.");

public sealed record VersionNotReady(string Model, int Version, VersionState State)
    : Refusal($"{Model}@{Version} is {State}, not Ready.");

public sealed record VersionNotServable(string Model, int Version, string Format)
    : Refusal($"{Model}@{Version} is {Format}: it can be kept but not served.");

public sealed record VersionAlreadyLive(string Model, int Version, string Environment)
    : Refusal($"{Model}@{Version} has the traffic of {Environment} already.");

public sealed record PromotionInProgress(PromotionId? Promotion)
    : Refusal("Another promotion of this model into this environment is in progress.");

public sealed record PlanNotSupported(string Plan)
    : Refusal($"There is no plan {Plan}; there are {string.Join(", ", RolloutPlan.BuiltIn.Select(plan => plan.Name))}, and documents of your own.");

public sealed record NotAwaitingApproval(PromotionState State)
    : Refusal($"The promotion is {State}, not AwaitingApproval.");

public sealed record ApprovalByRequester()
    : Refusal("Who asked for a promotion cannot approve it, and a token counts as who made it.");

public sealed record NotAnApprover(string Environment, IReadOnlyList<Role> Roles, IReadOnlyList<string> Names)
    : Refusal($"The policy of {Environment} lets others approve: {string.Join(", ", [.. Roles.Select(r => $"who is {r} there"), .. Names])}.");

public sealed record AlreadyDecided(string By)
    : Refusal($"{By} has decided on this promotion already.");

public sealed record NotAbortable(PromotionState State)
    : Refusal($"The promotion is {State}: it is too late to abort it.");

public sealed record GatesUnmet(IReadOnlyList<string> Gates)
    : Refusal($"Gates do not hold: {string.Join(", ", Gates)}.");

public sealed record NoCapacity(int Wanted, int Found)
    : Refusal($"{Wanted} nodes with room are needed, {Found} are there.");

public sealed record NotPausable(PromotionState State)
    : Refusal($"The promotion is {State}: only one that is being placed or rolled out, and is not paused, can be paused.");

public sealed record NotPaused()
    : Refusal("The promotion is not paused.");

public sealed record NoStageToSkip(PromotionState State)
    : Refusal($"The promotion is {State} and in no stage that could be skipped.");
