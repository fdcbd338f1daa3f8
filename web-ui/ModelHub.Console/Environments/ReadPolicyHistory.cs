using System.Text.Json;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Environments;

internal static class ReadPolicyHistory
{
    public const int PageSize = 10;

    public static readonly Operation<PolicyHistoryVariables, ReadPolicyHistoryData> Operation = new(
        "ReadPolicyHistory",
        Documents.ReadPolicyHistory,
        GraphJson.Default.GraphRequestPolicyHistoryVariables,
        GraphJson.Default.GraphResponseReadPolicyHistoryData);
}

internal sealed record PolicyHistoryVariables(string Environment, int First, string? After);

public sealed record ReadPolicyHistoryData(EnvironmentPolicies? Environment);

public sealed record EnvironmentPolicies(PolicyVersions PolicyHistory);

/// <summary>Newest first; one more than is shown, to tell what the last one changed.</summary>
public sealed record PolicyVersions(IReadOnlyList<PolicyVersionEdge> Edges, long TotalCount)
{
    /// <summary>Each with what it changed of the one before; null: it was the first.</summary>
    internal IEnumerable<(PolicyVersionNode Version, IReadOnlyList<PolicyChange>? Changes)> Shown =>
        Edges.Take(ReadPolicyHistory.PageSize).Select((edge, i) => (edge.Node, i + 1 < Edges.Count ? edge.Node.Since(Edges[i + 1].Node) : null));

    /// <summary>Null: this is the last page.</summary>
    public string? Older => Edges.Count > ReadPolicyHistory.PageSize ? Edges[ReadPolicyHistory.PageSize - 1].Cursor : null;
}

public sealed record PolicyVersionEdge(string Cursor, PolicyVersionNode Node);

public sealed record PolicyVersionNode(int Number, string Digest, string ChangedBy, DateTimeOffset At, string? Reason, JsonElement Policy)
{
    internal IReadOnlyList<PolicyChange> Since(PolicyVersionNode before) => PolicyDiff.Of(PolicyText.Written(before.Policy), PolicyText.Written(Policy));
}
