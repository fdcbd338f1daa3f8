using ModelHub.Console.Graph;

namespace ModelHub.Console.Versions;

internal static class RegisterVersion
{
    public static readonly Operation<Mutation<RegisterVersionInput>, RegisterVersionData> Operation = new(
        "RegisterVersion",
        Documents.RegisterVersion,
        GraphJson.Default.GraphRequestMutationRegisterVersionInput,
        GraphJson.Default.GraphResponseRegisterVersionData);
}

internal sealed record RegisterVersionInput(
    string Model, string Digest, IReadOnlyList<MetricInput> Metrics, IReadOnlyList<DataVersionInput> DataVersions, string? Commit, string IdempotencyKey);

internal sealed record MetricInput(string Name, double Value);

internal sealed record DataVersionInput(string Dataset, int Version);

public sealed record RegisterVersionData(RegisterVersionPayload RegisterVersion) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => RegisterVersion.Errors;
}

public sealed record RegisterVersionPayload(VersionNumber? Version, IReadOnlyList<Refusal>? Errors);
