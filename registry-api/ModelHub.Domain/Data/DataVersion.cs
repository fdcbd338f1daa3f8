using System.Text;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

public readonly record struct DataVersionId(Guid Value) : IId<DataVersionId>
{
    public static DataVersionId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static DataVersionId From(Guid value) => new(value);
}

public enum DataVersionState
{
    Pending,
    Profiling,
    Ready,
    Failed,
}

public sealed record DataVersionAlreadyProfiled(int Version, DataVersionState State)
    : Refusal($"Data version {Version} is {State} already.");

/// <param name="Version">The first one with these files.</param>
public sealed record SameFilesRegistered(string Dataset, int Version)
    : Refusal($"These files are {Dataset}@{Version} already.");

public sealed record DataVersionNotReady(string Dataset, int Version, DataVersionState State)
    : Refusal($"{Dataset}@{Version} is {State}, not Ready.");

/// <summary>An immutable version of a dataset: files by digest, and what a profile run found in them.</summary>
public sealed class DataVersion : IRevisioned
{
    private DataVersion()
    {
    }

    public DataVersionId Id { get; private set; }

    public DatasetId DatasetId { get; private set; }

    public Dataset Dataset { get; private set; } = null!;

    public int Number { get; private set; }

    public string Digest { get; private set; } = "";

    public IReadOnlyList<DataFile> Files { get; private set; } = [];

    /// <summary>The number of the first version of the dataset with the same files, when it was registered again; failed ones do not count.</summary>
    public int? SameAs { get; private set; }

    public IReadOnlyList<Column> Schema { get; private set; } = [];

    public long? RowCount { get; private set; }

    public DataVersionState State { get; private set; }

    public string? Failure { get; private set; }

    public Profile? Profile { get; private set; }

    /// <summary>The expectations it is judged by: those that stood when its profile began; null when there were none.</summary>
    public ExpectationsId? ExpectationsId { get; private set; }

    /// <summary>What became of each rule, in the order of the rules.</summary>
    public IReadOnlyList<ExpectationOutcome> Outcomes { get; private set; } = [];

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<DataVersion> Register(DatasetId dataset, int number, IReadOnlyList<DataFile> files, Actor actor, DateTimeOffset now)
    {
        if (DataFile.Check(files) is { } refusal)
            return refusal;

        return new DataVersion
        {
            Id = DataVersionId.New(now),
            DatasetId = dataset,
            Number = number,
            Digest = DigestOf(files),
            Files = files,
            CreatedBy = actor.Value,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>Its files were registered before.</summary>
    public void Repeats(int earlier) => SameAs = earlier;

    /// <param name="expectations">Those of the dataset now; an attempt that begins again keeps what the first one found.</param>
    public Refusal? StartProfile(ExpectationsId? expectations, DateTimeOffset now)
    {
        if (State is DataVersionState.Ready or DataVersionState.Failed)
            return new DataVersionAlreadyProfiled(Number, State);

        if (State == DataVersionState.Pending)
            ExpectationsId = expectations;
        (State, UpdatedAt) = (DataVersionState.Profiling, now);
        return null;
    }

    public Refusal? Accept(IReadOnlyList<Column> schema, Profile profile, DateTimeOffset now) => Judge(schema, profile, [], now);

    /// <summary>Ready, unless a rule that refuses is broken; what was measured is kept either way.</summary>
    public Refusal? Judge(IReadOnlyList<Column> schema, Profile profile, IReadOnlyList<ExpectationOutcome> outcomes, DateTimeOffset now)
    {
        if (State is DataVersionState.Ready or DataVersionState.Failed)
            return new DataVersionAlreadyProfiled(Number, State);

        Failure = ExpectationOutcome.Failure(outcomes);
        State = Failure is null ? DataVersionState.Ready : DataVersionState.Failed;
        (Schema, Profile, RowCount, Outcomes, UpdatedAt) = (schema, profile, profile.RowCount, outcomes, now);
        return null;
    }

    public Refusal? Fail(string reason, DateTimeOffset now)
    {
        if (State is DataVersionState.Ready or DataVersionState.Failed)
            return new DataVersionAlreadyProfiled(Number, State);

        (State, Failure, UpdatedAt) = (DataVersionState.Failed, reason, now);
        return null;
    }

    /// <summary>SHA-256 over the lines "digest, two spaces, path" in ordinal order of the paths, as <c>sha256sum</c> would print them.</summary>
    public static string DigestOf(IEnumerable<DataFile> files)
    {
        var lines = files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Digest}  {f.Path}\n");
        return Basics.Digest.Of(Encoding.UTF8.GetBytes(string.Concat(lines))).Value;
    }
}
