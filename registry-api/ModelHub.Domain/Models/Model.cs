using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

/// <summary>A registered model, named <c>namespace.name</c>.</summary>
public sealed class Model : IRevisioned
{
    private readonly List<Tag> tags = [];

    private Model()
    {
    }

    public ModelId Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Namespace { get; private set; } = "";

    public string? Description { get; private set; }

    public string? Owner { get; private set; }

    public string? Card { get; private set; }

    public IReadOnlyList<Tag> Tags => tags;

    /// <summary>The highest version number given out; the database counts it up under a row lock.</summary>
    public int LastVersionNumber { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Model> Create(string name, ModelDescription description, Actor actor, DateTimeOffset now)
    {
        if (EntityName.Parse("name", name).IsRefused(out var refusal, out var parsed))
            return refusal;

        var model = new Model
        {
            Id = ModelId.New(now),
            Name = parsed.Value,
            Namespace = parsed.Namespace,
            CreatedBy = actor.Value,
            CreatedAt = now,
        };
        return model.Describe(description, now) is { } refused ? refused : model;
    }

    /// <summary>Null fields stay as they are; an empty text clears.</summary>
    public Refusal? Describe(ModelDescription to, DateTimeOffset now)
    {
        if (to.Check() is { } refusal)
            return refusal;

        Description = to.Description ?? Description;
        Owner = to.Owner ?? Owner;
        Card = to.Card ?? Card;
        if (to.Tags is not null)
            Tag.Replace(tags, to.Tags);
        UpdatedAt = now;
        return null;
    }
}
