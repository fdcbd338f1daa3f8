using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public readonly record struct VersionId(Guid Value) : IId<VersionId>
{
    public static VersionId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static VersionId From(Guid value) => new(value);
}
