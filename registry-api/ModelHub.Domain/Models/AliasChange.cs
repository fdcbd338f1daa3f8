using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public readonly record struct AliasChangeId(Guid Value) : IId<AliasChangeId>
{
    public static AliasChangeId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static AliasChangeId From(Guid value) => new(value);
}

/// <summary>One move of an alias: from nothing (created), or to nothing (removed).</summary>
public sealed class AliasChange
{
    private AliasChange()
    {
    }

    internal AliasChange(ModelId model, string name, VersionId? from, VersionId? to, Actor actor, DateTimeOffset now) =>
        (Id, ModelId, Name, FromVersionId, ToVersionId, Actor, At) = (AliasChangeId.New(now), model, name, from, to, actor.Value, now);

    public AliasChangeId Id { get; private set; }

    public ModelId ModelId { get; private set; }

    public string Name { get; private set; } = "";

    public VersionId? FromVersionId { get; private set; }

    public Version? FromVersion { get; private set; }

    public VersionId? ToVersionId { get; private set; }

    public Version? ToVersion { get; private set; }

    public string Actor { get; private set; } = "";

    public DateTimeOffset At { get; private set; }
}
