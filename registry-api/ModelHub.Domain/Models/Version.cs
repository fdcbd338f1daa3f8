using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Training;

namespace ModelHub.Domain.Models;

/// <summary>One numbered, immutable version of a model. It may take traffic once it is <see cref="VersionState.Ready"/>.</summary>
public sealed class Version : IRevisioned
{
    private readonly List<Tag> tags = [];
    private readonly List<VersionDataVersion> dataVersions = [];

    private Version()
    {
    }

    public VersionId Id { get; private set; }

    public ModelId ModelId { get; private set; }

    public Model Model { get; private set; } = null!;

    public int Number { get; private set; }

    public VersionState State { get; private set; }

    /// <summary>Why validation failed, in words for the person who registered it.</summary>
    public string? Failure { get; private set; }

    public string Format { get; private set; } = "";

    public string Digest { get; private set; } = "";

    public long Size { get; private set; }

    public IReadOnlyList<ArtifactFile> Files { get; private set; } = [];

    public ArtifactScan? Scan { get; private set; }

    /// <summary>Null until somebody accepted the scan of an artifact that runs code.</summary>
    public ScanAcceptance? ScanAcceptance { get; private set; }

    public Signature? Signature { get; private set; }

    /// <summary>Null where there is nothing to gain: nodes load the artifact itself.</summary>
    public OptimisedGraph? Optimised { get; private set; }

    /// <summary>Null until somebody wanted a bundle of it.</summary>
    public ModelSample? Sample { get; private set; }

    public IReadOnlyList<Metric> Metrics { get; private set; } = [];

    public IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    public IReadOnlyList<Tag> Tags => tags;

    public string? Card { get; private set; }

    public string? Commit { get; private set; }

    public string? RunUrl { get; private set; }

    public string? CiUrl { get; private set; }

    public VersionId? ParentId { get; private set; }

    public Version? Parent { get; private set; }

    public TrainingRunId? TrainingRunId { get; private set; }

    public IReadOnlyList<VersionDataVersion> DataVersions => dataVersions;

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    /// <param name="number">Taken from the model's counter in the same transaction.</param>
    public static Result<Version> Register(ModelId model, int number, VersionRegistration registration, Actor actor, DateTimeOffset now)
    {
        if (registration.Check() is { } refusal)
            return refusal;

        var version = new Version
        {
            Id = VersionId.New(now),
            ModelId = model,
            Number = number,
            Format = registration.Format,
            Digest = registration.Digest,
            Size = registration.Size,
            Signature = registration.Signature,
            Parameters = registration.Parameters,
            Commit = registration.Commit,
            RunUrl = registration.RunUrl,
            CiUrl = registration.CiUrl,
            ParentId = registration.Parent,
            TrainingRunId = registration.TrainingRun,
            CreatedBy = actor.Value,
            CreatedAt = now,
        };
        version.dataVersions.AddRange(registration.DataVersions.Distinct().Select(d => new VersionDataVersion(version.Id, d)));
        return version.Describe(registration.Description, now) is { } refused ? refused : version;
    }

    /// <summary>Null fields stay as they are.</summary>
    public Refusal? Describe(VersionDescription to, DateTimeOffset now)
    {
        if (to.Check() is { } refusal)
            return refusal;

        if (to.Tags is not null)
            Tag.Replace(tags, to.Tags);
        Card = to.Card ?? Card;
        Metrics = to.Metrics ?? Metrics;
        UpdatedAt = now;
        return null;
    }

    public Refusal? StartValidation(DateTimeOffset now)
    {
        if (State is VersionState.Ready or VersionState.Failed)
            return new VersionAlreadyValidated(Number, State);

        State = VersionState.Validating;
        UpdatedAt = now;
        return null;
    }

    /// <summary>An artifact that runs code is served only after somebody else than its registrant looked at its scan and answers for it.</summary>
    /// <param name="registrant">Who answers for the registration; a token counts as who made it.</param>
    public Refusal? AcceptScan(string reason, Actor by, string registrant, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return new InvalidInput("reason", $"1 to {Limits.Reason} characters");
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (!ModelFormats.RunsCode(Format))
            return new NothingToAccept(Format);
        if (State != VersionState.Ready || Scan is null)
            return new VersionNotValidated(Number, State);
        if (by.Person == registrant)
            return new AcceptanceByRegistrant();
        if (ScanAcceptance is not null)
            return new ScanAlreadyAccepted(ScanAcceptance.By);

        (ScanAcceptance, UpdatedAt) = (new ScanAcceptance(by.Value, reason, now), now);
        return null;
    }

    /// <param name="signature">As the artifact tells it; null leaves what was declared. A version without any is refused at promotion.</param>
    public Refusal? Accept(Signature? signature, IReadOnlyList<ArtifactFile> files, ArtifactScan scan, DateTimeOffset now, OptimisedGraph? optimised = null)
    {
        if (State is VersionState.Ready or VersionState.Failed)
            return new VersionAlreadyValidated(Number, State);

        (State, Signature, Files, Scan, Optimised, UpdatedAt) = (VersionState.Ready, signature ?? Signature, files, scan, optimised, now);
        return null;
    }

    /// <summary>The first one stays: bundles of a version are always the same bytes.</summary>
    /// <returns>False when there was one already.</returns>
    public bool Keep(ModelSample sample, DateTimeOffset now)
    {
        if (Sample is not null)
            return false;
        (Sample, UpdatedAt) = (sample, now);
        return true;
    }

    public Refusal? Fail(string reason, DateTimeOffset now)
    {
        if (State is VersionState.Ready or VersionState.Failed)
            return new VersionAlreadyValidated(Number, State);

        (State, Failure, UpdatedAt) = (VersionState.Failed, reason, now);
        return null;
    }
}
