using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Experiments;

public sealed record ExperimentNotFound()
    : Refusal("There is no such experiment.");

public sealed record ExperimentInProgress()
    : Refusal("An experiment shares this endpoint's traffic; stop it first.");

public sealed record ArmNotCompatible(string Model, int Version, IReadOnlyList<string> Breaks)
    : Refusal($"Callers of the live version cannot call {Model}@{Version}: {string.Join("; ", Breaks)}.");

public sealed record ControlNotLive(string Model, string Environment)
    : Refusal($"One arm is the control: the version of {Model} that has the traffic of {Environment} now.");

public sealed record NothingLive(string Model, string Environment)
    : Refusal($"{Model} has no version that answers in {Environment}: there is no traffic to share.");

public sealed record ExperimentEnded(ExperimentState State)
    : Refusal($"The experiment has ended: {State}.");

public sealed record ExperimentNotWon(string Why)
    : Refusal($"No arm can be promoted: {Why}.");

public sealed record LabelsNotCounted()
    : Refusal("This experiment counts what versions answer, not labels.");
