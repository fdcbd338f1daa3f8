using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

public readonly record struct DatasetId(Guid Value) : IId<DatasetId>
{
    public static DatasetId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static DatasetId From(Guid value) => new(value);
}

public sealed record DatasetNotFound(string Dataset)
    : Refusal($"There is no dataset {Dataset}.");

public sealed record DataVersionNotFound(string Dataset, int Version)
    : Refusal($"There is no data version {Dataset}@{Version}.");

/// <summary>Named data.</summary>
public sealed class Dataset : IRevisioned
{
    private readonly List<Tag> tags = [];

    private Dataset()
    {
    }

    public DatasetId Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Namespace { get; private set; } = "";

    public string? Description { get; private set; }

    public IReadOnlyList<Tag> Tags => tags;

    public int LastVersionNumber { get; private set; }

    /// <summary>The number of the expectations that stand; 0 when there never were any.</summary>
    public int ExpectationsNumber { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Dataset> Create(string name, string? description, IReadOnlyList<Tag> tags, Actor actor, DateTimeOffset now)
    {
        if (EntityName.Parse("name", name).IsRefused(out var refusal, out var parsed))
            return refusal;

        var dataset = new Dataset { Id = DatasetId.New(now), Name = parsed.Value, Namespace = parsed.Namespace, CreatedBy = actor.Value, CreatedAt = now };
        return dataset.Describe(description, tags, now) is { } refused ? refused : dataset;
    }

    /// <summary>Null fields stay as they are.</summary>
    public Refusal? Describe(string? description, IReadOnlyList<Tag>? to, DateTimeOffset now)
    {
        if ((Texts.Longer("description", description, Limits.Description) ?? (to is null ? null : Tag.Check(to))) is { } refusal)
            return refusal;

        Description = description ?? Description;
        if (to is not null)
            Tag.Replace(tags, to);
        UpdatedAt = now;
        return null;
    }

    /// <summary>What is expected of versions from now on; no rules expect nothing. The next number of them is to be stored with the change.</summary>
    public Result<Expectations> Expect(IReadOnlyList<Expectation> rules, Actor actor, DateTimeOffset now)
    {
        if (Expectation.Check(rules, "expectations.rules") is { } refusal)
            return refusal;

        UpdatedAt = now;
        return new Expectations(Id, ++ExpectationsNumber, rules, actor, now);
    }
}
