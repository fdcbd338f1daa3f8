using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

/// <summary>A version that a worker made from another one: the same model, lighter.</summary>
public static class QuantizedVersion
{
    /// <summary>Of the parameter and the tag that tell what was done.</summary>
    public const string Key = "quantization";

    /// <summary>Weights of MatMul and Gemm as 8-bit numbers, activations quantised as they come.</summary>
    public const string Int8Dynamic = "int8-dynamic";

    /// <summary>Only what its file does not show: nothing is wrong with quantising twice, there is just nothing left to gain.</summary>
    public static Refusal? NotPossible(Version version) =>
        version.Format != ModelFormats.Onnx ? new NothingToQuantize(version.Format)
        : version.State != VersionState.Ready ? new VersionNotQuantizable(version.Number, version.State)
        : null;

    /// <summary>Its lineage is the source's; metrics of quality are not carried over, since nobody measured them on it.</summary>
    public static VersionRegistration Of(Version source, string digest, long size, IReadOnlyList<Metric> measured) => new(digest, size, ModelFormats.Onnx)
    {
        Description = new(Tags: [new Tag(Key, Int8Dynamic)], Card: source.Card, Metrics: measured),
        Parameters = [.. source.Parameters.Where(p => p.Name != Key), new Parameter(Key, Int8Dynamic)],
        Commit = source.Commit,
        RunUrl = source.RunUrl,
        CiUrl = source.CiUrl,
        Parent = source.Id,
        DataVersions = [.. source.DataVersions.Select(d => d.DataVersionId)],
    };
}
