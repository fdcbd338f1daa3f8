using ModelHub.Domain.Experiments;
using ModelHub.Domain.Gates;

namespace ModelHub.Domain.Events;

/// <param name="Share">In percent of the keys.</param>
public sealed record DealtArm(string Name, int Version, double Share);

/// <param name="Arms">The control first.</param>
public sealed record ExperimentStarted(Guid Experiment, string Model, string Environment, IReadOnlyList<DealtArm> Arms)
    : Event("experiment.started", Subjects.Endpoint(Model, Environment));

/// <summary>All arms are ready and get their shares.</summary>
/// <param name="Routes">The routing table that carries it.</param>
public sealed record ExperimentRuns(Guid Experiment, string Model, string Environment, IReadOnlyList<DealtArm> Arms, long Routes)
    : Event("experiment.runs", Subjects.Endpoint(Model, Environment));

/// <param name="Verdict">Null when it was stopped.</param>
/// <param name="Winner">The name of the arm that won; null when none did.</param>
/// <param name="Routes">The routing table from which on the control has all traffic again.</param>
public sealed record ExperimentOver(
    Guid Experiment, string Model, string Environment, ExperimentState State, Verdict? Verdict, string? Winner, string Reason, long Routes)
    : Event("experiment.ended", Subjects.Endpoint(Model, Environment));
