using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Shadows;

public readonly record struct ShadowTestId(Guid Value) : IId<ShadowTestId>
{
    public static ShadowTestId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static ShadowTestId From(Guid value) => new(value);
}
