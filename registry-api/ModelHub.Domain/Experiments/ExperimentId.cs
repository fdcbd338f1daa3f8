using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Experiments;

public readonly record struct ExperimentId(Guid Value) : IId<ExperimentId>
{
    public static ExperimentId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static ExperimentId From(Guid value) => new(value);
}
