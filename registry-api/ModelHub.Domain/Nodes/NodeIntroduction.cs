using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Nodes;

/// <summary>What a node or a router says of itself when it connects.</summary>
/// <param name="Address">Absolute http or https base URL.</param>
/// <param name="GrpcAddress">The same for gRPC; null when it takes none.</param>
public sealed record NodeIntroduction(
    string Name,
    string Address,
    IReadOnlyList<string> Runtimes,
    long MemoryBytes,
    int Cpus,
    string? Software,
    string? GrpcAddress = null)
{
    public Refusal? Check() =>
        (Name.Length is 0 or > Limits.Name || Name.Any(char.IsControl) ? new InvalidInput("name", $"1 to {Limits.Name} characters") : null)
        ?? Texts.NotALink("address", Address)
        ?? Texts.NotALink("grpcAddress", GrpcAddress)
        ?? Texts.Longer("software", Software, Limits.ShortText)
        ?? (MemoryBytes < 0 || Cpus < 0 ? new InvalidInput("capacity", "not negative") : null);
}
