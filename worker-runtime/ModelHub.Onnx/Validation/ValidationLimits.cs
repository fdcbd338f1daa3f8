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

    /// <summary>Of the child process that loads and runs so many models; starting it and writing the report takes time too.</summary>
    public TimeSpan Whole(int models) => (LoadTime + RunTime) * models + TimeSpan.FromSeconds(10);
}
