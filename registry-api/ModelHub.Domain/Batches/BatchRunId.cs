using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Batches;

public readonly record struct BatchRunId(Guid Value) : IId<BatchRunId>
{
    public static BatchRunId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static BatchRunId From(Guid value) => new(value);
}
