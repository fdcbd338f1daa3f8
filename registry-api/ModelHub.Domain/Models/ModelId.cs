using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public readonly record struct ModelId(Guid Value) : IId<ModelId>
{
    public static ModelId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static ModelId From(Guid value) => new(value);
}
