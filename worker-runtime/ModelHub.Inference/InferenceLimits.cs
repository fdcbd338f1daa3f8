namespace ModelHub.Inference;

/// <summary>What one request may hold.</summary>
/// <param name="BodyBytes">of the whole request</param>
/// <param name="Rows">size of the first dimension</param>
/// <param name="Elements">of one input</param>
public sealed record InferenceLimits(int BodyBytes = 64 * 1024 * 1024, int Rows = 100_000, int Elements = 64 * 1024 * 1024)
{
    public static readonly InferenceLimits Default = new();
}
