using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Explanations;

public readonly record struct VersionImportanceId(Guid Value) : IId<VersionImportanceId>
{
    public static VersionImportanceId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static VersionImportanceId From(Guid value) => new(value);
}

/// <summary>Only ONNX versions of one file are run outside of nodes.</summary>
public sealed record VersionNotExplainable(string Model, int Version, string Reason)
    : Refusal($"{Model}@{Version} cannot be explained: {Reason}.");

/// <summary>How much each column matters to a version, measured once on one data version.</summary>
public sealed class VersionImportance
{
    private VersionImportance()
    {
    }

    public VersionImportanceId Id { get; private set; }

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    public DataVersionId DataVersionId { get; private set; }

    /// <summary>How it is measured.</summary>
    public ImportanceSettings Settings { get; private set; } = null!;

    /// <summary>Tells how far it is, and why it failed.</summary>
    public OperationId OperationId { get; private set; }

    public Operation Operation { get; private set; } = null!;

    /// <summary>Null until the operation has succeeded.</summary>
    public ImportanceResult? Result { get; private set; }

    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    public static Result<VersionImportance> Request(
        VersionImportanceId id, string model, Models.Version version, DataVersion data, ImportanceSettings settings, OperationId operation, Actor actor, DateTimeOffset now)
    {
        if (version.State != VersionState.Ready)
            return new VersionNotReady(model, version.Number, version.State);
        if (version is not { Format: ModelFormats.Onnx, Signature: { } signature, Files.Count: <= 1 })
            return new VersionNotExplainable(model, version.Number, $"it is {version.Format} in {version.Files.Count} files, and only single onnx files are run for it");
        if (BatchFields.Unfillable(signature) is { } input)
            return new NotFromRows(model, version.Number, input);
        if (data.State != DataVersionState.Ready)
            return new DataVersionNotReady(data.Dataset.Name, data.Number, data.State);
        var fields = BatchFields.Of(signature);
        if (fields.FirstOrDefault(f => f.Width > 1) is { } unnamed)
            return new VersionNotExplainable(model, version.Number, $"the columns of its input {unnamed.Name} have no names");
        var there = data.Schema.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (fields.Select(f => f.Name).Where(name => !there.Contains(name)).ToList() is { Count: > 0 } missing)
            return new InputsMissing(model, version.Number, missing);
        if (settings.Check(fields.Count) is { } refusal)
            return refusal;
        if (!there.Contains(settings.Target))
            return new InvalidInput("target", $"a column of {data.Dataset.Name}@{data.Number}; {settings.Target} is none");
        if (fields.Any(f => f.Name == settings.Target))
            return new InvalidInput("target", $"a column that holds the truth; {settings.Target} is an input of the version");
        return new VersionImportance
        {
            Id = id,
            VersionId = version.Id,
            DataVersionId = data.Id,
            Settings = settings,
            OperationId = operation,
            RequestedBy = actor.Value,
            RequestedAt = now,
        };
    }

    public void Found(ImportanceResult result) => Result = result;
}
