using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Batches;

/// <summary>What is asked for.</summary>
/// <param name="Files">The input, all of one kind.</param>
/// <param name="Data">The data version they are; null for a file that was only uploaded.</param>
/// <param name="Output">The dataset whose next version the output becomes.</param>
/// <param name="Keep">Columns of the input that go into the output.</param>
/// <param name="Block">A block on the version in any environment, with that environment's name.</param>
public sealed record BatchRequest(
    Models.Version Version,
    string Model,
    OperationId Operation,
    IReadOnlyList<DataFile> Files,
    DataVersion? Data,
    Dataset Output,
    BatchFormat Format = BatchFormat.Csv,
    int ShardRows = BatchLimits.DefaultShardRows,
    int Nodes = BatchLimits.DefaultNodes,
    IReadOnlyList<string>? Keep = null,
    (VersionBlock Block, string Environment)? Block = null)
{
    /// <summary>The dataset that gets the output when none is named.</summary>
    public static string DefaultOutput(string model) => $"{model}.predictions";

    public Refusal? Check() => Servable() ?? Shape() ?? Readable();

    private Refusal? Servable() => Version switch
    {
        { State: not VersionState.Ready } => new VersionNotReady(Model, Version.Number, Version.State),
        _ when Version.Signature is null || ModelFormats.RuntimeOf(Version.Format) is null => new VersionNotServable(Model, Version.Number, Version.Format),
        { ScanAcceptance: null } when ModelFormats.RunsCode(Version.Format) => new ScanNotAccepted(Model, Version.Number),
        _ when Block is { } held => new VersionBlocked(Model, Version.Number, held.Environment, held.Block.By, held.Block.Reason, held.Block.At),
        _ when BatchFields.Unfillable(Version.Signature) is { } input => new NotFromRows(Model, Version.Number, input),
        _ => null,
    };

    private Refusal? Shape()
    {
        if (ShardRows is < 1 or > BatchLimits.ShardRows)
            return new InvalidInput("shardRows", $"1 to {BatchLimits.ShardRows}");
        if (Nodes is < 1 or > BatchLimits.Nodes)
            return new InvalidInput("nodes", $"1 to {BatchLimits.Nodes}");
        if (Keep is { } keep && (keep.Count > BatchLimits.Kept || keep.Any(name => name.Length is 0 or > Limits.Name)))
            return new InvalidInput("keep", $"at most {BatchLimits.Kept} names of 1 to {Limits.Name} characters");
        return BatchColumns.Of(Version.Signature!, Keep ?? []).Refusal;
    }

    private Refusal? Readable()
    {
        if (DataFile.Check(Files) is { } refusal)
            return refusal;
        if (Files.Select(f => BatchFormats.OfFile(f.Path)).Distinct().ToArray() is not [{ }])
            return new InvalidInput("input", $"files of one kind: {BatchFormats.Extensions}");
        if (Files.Sum(f => f.Size) is > BatchLimits.InputBytes and var bytes)
            return new InvalidInput("input", $"at most {BatchLimits.InputBytes} bytes, {bytes} given");
        return Data is null ? null : Known(Data);
    }

    /// <summary>What a profile has told of the data need not wait for a worker to find it missing.</summary>
    private Refusal? Known(DataVersion data)
    {
        if (data.State != DataVersionState.Ready)
            return new DataVersionNotReady(data.Dataset.Name, data.Number, data.State);
        var there = data.Schema.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (BatchFields.Of(Version.Signature!).Select(f => f.Name).Where(name => !there.Contains(name)).ToList() is { Count: > 0 } missing)
            return new InputsMissing(Model, Version.Number, missing);
        return Keep?.FirstOrDefault(name => !there.Contains(name)) is { } unknown ? new InvalidInput("keep", $"columns of {data.Dataset.Name}@{data.Number}, not {unknown}") : null;
    }
}
