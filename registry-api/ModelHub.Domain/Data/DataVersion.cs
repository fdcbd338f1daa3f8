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

    public IReadOnlyList<Column> Schema { get; private set; } = [];

    public long? RowCount { get; private set; }

    public DataVersionState State { get; private set; }

    public string? Failure { get; private set; }

    public Profile? Profile { get; private set; }

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

    public Refusal? StartProfile(DateTimeOffset now)
    {
        if (State is DataVersionState.Ready or DataVersionState.Failed)
            return new DataVersionAlreadyProfiled(Number, State);

        (State, UpdatedAt) = (DataVersionState.Profiling, now);
        return null;
    }

    public Refusal? Accept(IReadOnlyList<Column> schema, Profile profile, DateTimeOffset now)
    {
        if (State is DataVersionState.Ready or DataVersionState.Failed)
            return new DataVersionAlreadyProfiled(Number, State);

        (State, Schema, Profile, RowCount, UpdatedAt) = (DataVersionState.Ready, schema, profile, profile.RowCount, now);
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
