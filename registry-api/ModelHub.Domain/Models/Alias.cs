using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public readonly record struct AliasId(Guid Value) : IId<AliasId>
{
    public static AliasId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static AliasId From(Guid value) => new(value);
}

public sealed record AliasFollowsTraffic(string Alias)
    : Refusal($"The alias {Alias} follows what is live in the environment of the highest rank: promote a version, or roll back.");

/// <summary>A movable name for a version. It moves by compare-and-swap only, and every move leaves an <see cref="AliasChange"/>.</summary>
public sealed class Alias : IRevisioned
{
    /// <summary>The alias that follows what is live in the environment of the highest rank.</summary>
    public const string Champion = "champion";

    private Alias()
    {
    }

    public AliasId Id { get; private set; }

    public ModelId ModelId { get; private set; }

    public Model Model { get; private set; } = null!;

    public string Name { get; private set; } = "";

    public VersionId VersionId { get; private set; }

    public Version Version { get; private set; } = null!;

    public DateTimeOffset UpdatedAt { get; private set; }

    public string UpdatedBy { get; private set; } = "";

    public long Revision { get; private set; }

    public static Result<(Alias Alias, AliasChange Change)> Create(ModelId model, string name, VersionId version, Actor actor, DateTimeOffset now)
    {
        if (EntityName.NotASimpleName("alias", name) is { } refusal)
            return refusal;

        var alias = new Alias { Id = AliasId.New(now), ModelId = model, Name = name, VersionId = version, UpdatedAt = now, UpdatedBy = actor.Value };
        return (alias, new AliasChange(model, name, null, version, actor, now));
    }

    /// <summary>Once a model is served, its champion moves with the traffic only, so with evidence: nobody declares it.</summary>
    /// <param name="isServed">Whether a version of the model is live in the environment of the highest rank.</param>
    public static Refusal? ByHand(string name, bool isServed) => name == Champion && isServed ? new AliasFollowsTraffic(name) : null;

    public AliasChange Move(VersionId to, Actor actor, DateTimeOffset now)
    {
        var change = new AliasChange(ModelId, Name, VersionId, to, actor, now);
        (VersionId, UpdatedAt, UpdatedBy) = (to, now, actor.Value);
        return change;
    }

    /// <summary>The change to store when the alias row is deleted.</summary>
    public AliasChange Remove(Actor actor, DateTimeOffset now) => new(ModelId, Name, VersionId, null, actor, now);

    /// <summary>
    /// Compare, before the swap. A caller that names neither revision nor version swaps whatever is there;
    /// <paramref name="expectVersion"/> 0 means "there must be none yet".
    /// </summary>
    /// <param name="present">The alias and the number of the version it names now; null when there is none.</param>
    public static Refusal? Compare(string name, (Alias Alias, int Version)? present, int? expectVersion, long? expectedRevision)
    {
        if (expectVersion is { } expected && expected != (present?.Version ?? 0))
            return new AliasMoved(name, expected == 0 ? null : expected, present?.Version);
        if (expectedRevision is { } revision && revision != (present?.Alias.Revision ?? 0))
            return new RevisionConflict(revision, present?.Alias.Revision ?? 0);
        return null;
    }
}
