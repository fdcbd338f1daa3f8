using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Training;

namespace ModelHub.Domain.Models;

/// <param name="Size">Bytes of the artifact in the store.</param>
/// <param name="Format">Lower-case name of the format, <c>onnx</c> when it can be served.</param>
public sealed record VersionRegistration(string Digest, long Size, string Format)
{
    public VersionDescription Description { get; init; } = new();

    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    public string? Commit { get; init; }

    public string? RunUrl { get; init; }

    public string? CiUrl { get; init; }

    public VersionId? Parent { get; init; }

    /// <summary>Declared for a format whose artifact does not tell it; what runs the artifact is held to it.</summary>
    public Signature? Signature { get; init; }

    public IReadOnlyList<DataVersionId> DataVersions { get; init; } = [];

    public TrainingRunId? TrainingRun { get; init; }

    public Refusal? Check() =>
        Basics.Digest.Parse("digest", Digest).Refusal
        ?? EntityName.NotASimpleName("format", Format)
        ?? (Signature is not null && Format == ModelFormats.Onnx ? new InvalidInput("signature", "none: it is read from the ONNX file") : Signature?.Check())
        ?? Description.Check()
        ?? Parameter.Check(Parameters)
        ?? Texts.Longer("commit", Commit, Limits.ShortText)
        ?? Texts.NotALink("runUrl", RunUrl)
        ?? Texts.NotALink("ciUrl", CiUrl)
        ?? (DataVersions.Count > Limits.DataVersionsPerVersion
            ? new InvalidInput("dataVersions", $"at most {Limits.DataVersionsPerVersion}")
            : null);
}
