using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Environments;

internal static class ListEnvironments
{
    public static readonly Operation<NoVariables, ListEnvironmentsData> Operation = new(
        "ListEnvironments",
        Documents.ListEnvironments,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseListEnvironmentsData);
}

public sealed record ListEnvironmentsData(IReadOnlyList<EnvironmentRow> Environments, Me Me);

public record EnvironmentRow(
    string Name, int Rank, long Revision, int PolicyNumber, UnderWay UnderWay, FreezeNow? Freezing, FreezeNext? NextFreeze, IReadOnlyList<ServedModel> Endpoints, JsonElement Policy);

/// <summary>Promotions that have not ended.</summary>
public sealed record UnderWay(int Waiting, int Moving);

public sealed record FreezeNow(string Name, DateTimeOffset? Until, string Action);

public sealed record FreezeNext(string Name, DateTimeOffset From, DateTimeOffset Until, string Action);

public sealed record ServedModel([property: JsonConverter(typeof(NameOf))] string Model, PrimaryNumber? Primary);

public sealed record PrimaryNumber([property: JsonConverter(typeof(NumberOf))] int Version);
