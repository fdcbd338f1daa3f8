using ModelHub.Domain.Gates;
using ModelHub.Domain.Shadows;

namespace ModelHub.Domain.Events;

/// <param name="Against">The number of the version that has the traffic.</param>
public sealed record ShadowTestStarted(Guid ShadowTest, string Model, int Version, int Against, string Environment, double Percent, Guid? Promotion)
    : Event("shadow-test.started", Subjects.Endpoint(Model, Environment));

public sealed record ShadowTestRuns(Guid ShadowTest, string Model, int Version, string Environment)
    : Event("shadow-test.runs", Subjects.Endpoint(Model, Environment));

/// <param name="Verdict">Null when it was stopped.</param>
/// <param name="Findings">What was held against the limits.</param>
public sealed record ShadowTestOver(
    Guid ShadowTest, string Model, int Version, int Against, string Environment, ShadowTestState State, Verdict? Verdict, string Reason, IReadOnlyList<ShadowFinding> Findings)
    : Event("shadow-test.ended", Subjects.Endpoint(Model, Environment));
