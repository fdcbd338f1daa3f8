using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

public readonly record struct ExpectationsId(Guid Value) : IId<ExpectationsId>
{
    public static ExpectationsId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static ExpectationsId From(Guid value) => new(value);
}

/// <summary>What a dataset expected of its versions from one moment on. A data version names those it was judged by.</summary>
public sealed class Expectations
{
    private Expectations()
    {
    }

    internal Expectations(DatasetId dataset, int number, IReadOnlyList<Expectation> rules, Actor actor, DateTimeOffset now) =>
        (Id, DatasetId, Number, Rules, CreatedBy, CreatedAt) = (ExpectationsId.New(now), dataset, number, rules, actor.Value, now);

    public ExpectationsId Id { get; private set; }

    public DatasetId DatasetId { get; private set; }

    /// <summary>1, 2, 3 … per dataset.</summary>
    public int Number { get; private set; }

    public IReadOnlyList<Expectation> Rules { get; private set; } = [];

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }
}
