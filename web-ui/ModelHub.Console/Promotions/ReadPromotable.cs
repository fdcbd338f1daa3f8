using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Console.Environments;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

/// <summary>What the promote dialog must know: where a version can go, and what rules wait there.</summary>
internal static class ReadPromotable
{
    public static readonly Operation<ReadPromotableVariables, ReadPromotableData> Operation = new(
        "ReadPromotable",
        Documents.ReadPromotable,
        GraphJson.Default.GraphRequestReadPromotableVariables,
        GraphJson.Default.GraphResponseReadPromotableData);
}

internal sealed record ReadPromotableVariables(string Model);

public sealed record ReadPromotableData(IReadOnlyList<PromotableEnvironment> Environments, PromotableModel? Model);

public sealed record PromotableEnvironment(string Name, int Rank, int ApprovalsRequired, JsonElement Policy, FreezeNow? Freezing)
{
    internal PolicyRules? Rules => PolicyRules.Of(PolicyText.Written(Policy));
}

public sealed record PromotableModel(IReadOnlyList<PromotableEndpoint> Endpoints);

public sealed record PromotableEndpoint([property: JsonConverter(typeof(NameOf))] string Environment, long Revision, VersionOnly? Primary);

public sealed record VersionOnly([property: JsonConverter(typeof(NumberOf))] int Version);
