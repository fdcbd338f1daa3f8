using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Validation;

/// <summary>What a model nobody knows may use while it is looked at.</summary>
/// <param name="MemoryBytes">of the child process, besides what the process needs for itself</param>
/// <param name="LoadTime">for reading the file and building the session</param>
/// <param name="RunTime">for the trial run</param>
public sealed record ValidationLimits(long MemoryBytes, TimeSpan LoadTime, TimeSpan RunTime)
{
    public static readonly ValidationLimits Default = new(4L << 30, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10));

    public OnnxFileLimits File { get; init; } = OnnxFileLimits.Default;

    /// <summary>Also for starting the process and writing the report; optimising is loading and running once more.</summary>
    internal TimeSpan Whole(bool optimise) => (LoadTime + RunTime) * (optimise ? 2 : 1) + TimeSpan.FromSeconds(10);
}
