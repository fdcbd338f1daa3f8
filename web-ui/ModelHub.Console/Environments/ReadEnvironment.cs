using System.Text.Json;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Environments;

internal static class ReadEnvironment
{
    public static readonly Operation<EnvironmentVariables, ReadEnvironmentData> Operation = new(
        "ReadEnvironment",
        Documents.ReadEnvironment,
        GraphJson.Default.GraphRequestEnvironmentVariables,
        GraphJson.Default.GraphResponseReadEnvironmentData);
}

internal sealed record EnvironmentVariables(string Environment);

public sealed record ReadEnvironmentData(EnvironmentDetail? Environment, IReadOnlyList<EnvironmentPlace> Environments, Me Me);

public sealed record EnvironmentDetail(
    string Name, int Rank, long Revision, int PolicyNumber, string PolicyDigest, UnderWay UnderWay, FreezeNow? Freezing, FreezeNext? NextFreeze, IReadOnlyList<ServedModel> Endpoints,
    JsonElement Policy, Nodes<PolicyMark> Newest);

/// <summary>Who last changed the policy, and why.</summary>
public sealed record PolicyMark(int Number, string ChangedBy, DateTimeOffset At, string? Reason);

public sealed record EnvironmentPlace(string Name, int Rank);
