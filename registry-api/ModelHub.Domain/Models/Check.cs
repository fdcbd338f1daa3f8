using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public enum CheckState
{
    Pass,
    Fail,
}

public readonly record struct CheckId(Guid Value) : IId<CheckId>
{
    public static CheckId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static CheckId From(Guid value) => new(value);
}

/// <summary>A named result that CI posts on a version. The last word under a name counts.</summary>
public sealed class Check : IRevisioned
{
    private Check()
    {
    }

    public CheckId Id { get; private set; }

    public VersionId VersionId { get; private set; }

    public Version Version { get; private set; } = null!;

    public string Name { get; private set; } = "";

    public CheckState State { get; private set; }

    public string? Link { get; private set; }

    public string PostedBy { get; private set; } = "";

    public DateTimeOffset PostedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Check> Post(VersionId version, string name, CheckState state, string? link, Actor actor, DateTimeOffset now)
    {
        if (EntityName.Parse("name", name).IsRefused(out var refusal, out var parsed))
            return refusal;

        var check = new Check { Id = CheckId.New(now), VersionId = version, Name = parsed.Value };
        return check.Repost(state, link, actor, now) is { } refused ? refused : check;
    }

    public Refusal? Repost(CheckState state, string? link, Actor actor, DateTimeOffset now)
    {
        if (Texts.NotALink("link", link) is { } refusal)
            return refusal;

        (State, Link, PostedBy, PostedAt) = (state, link, actor.Value, now);
        return null;
    }
}
