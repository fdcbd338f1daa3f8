namespace ModelHub.Onnx.Files;

/// <summary>What may be in a model file.</summary>
/// <param name="Depth">graphs inside graphs (If, Loop, Scan)</param>
public sealed record OnnxFileLimits(
    long Bytes = 2L * 1024 * 1024 * 1024 - 1,
    int Depth = 32,
    int Nodes = 1_000_000,
    int Ports = 10_000,
    int Rank = 64,
    int NameBytes = 4096,
    int MetadataEntries = 1000)
{
    public static readonly OnnxFileLimits Default = new();
}

/// <summary>A node that turns a tensor of probabilities into maps, right before an output of the model.</summary>
/// <param name="Start">where its field starts in the bytes of the graph; <paramref name="End"/> where the next does</param>
internal sealed record ZipMap(string Input, string Output, string[] Labels, int Start, int End);

/// <summary>The outline of a model file, read without ONNX Runtime and checked against the limits.</summary>
public sealed record OnnxFile
{
    public required string Path { get; init; }

    public required long Bytes { get; init; }

    public required long IrVersion { get; init; }

    public required IReadOnlyDictionary<string, long> Opsets { get; init; }

    public required string Producer { get; init; }

    /// <summary>Custom metadata; values longer than a kilobyte are cut.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Inputs a caller must give: those without an initializer.</summary>
    public required OnnxPort[] Inputs { get; init; }

    public required OnnxPort[] Outputs { get; init; }

    public required int Nodes { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Whether a run may take any time, whatever the size of its inputs: the graph loops, or makes sizes from values.</summary>
    public required bool IsOpenEnded { get; init; }

    /// <summary>Whether the same inputs may give other outputs each time: the graph draws random numbers.</summary>
    public required bool IsRandom { get; init; }

    /// <summary>Files beside the model that hold its weights, relative to its folder; all exist.</summary>
    public required string[] ExternalFiles { get; init; }

    internal ZipMap[] ZipMaps { get; init; } = [];
}

/// <summary>Why a file is not taken as a model.</summary>
public sealed record ModelRefusal(string Reason);
