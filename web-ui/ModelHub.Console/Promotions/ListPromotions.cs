using System.Text.Json.Serialization;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Promotions;

internal static class ListPromotions
{
    public static readonly Operation<ListPromotionsVariables, ListPromotionsData> Operation = new(
        "ListPromotions",
        Documents.ListPromotions,
        GraphJson.Default.GraphRequestListPromotionsVariables,
        GraphJson.Default.GraphResponseListPromotionsData);
}

internal sealed record ListPromotionsVariables(int? First, string? After, int? Last, string? Before, PromotionFilter? Where);

internal sealed record PromotionFilter(StateFilter? State, TextFilter? Environment);

public sealed record ListPromotionsData(Connection<PromotionRow> Promotions);

public sealed record PromotionRow(
    string Id, [property: JsonConverter(typeof(NameOf))] string Environment, string State, string? RequestedBy, DateTimeOffset RequestedAt, double? TimeToLiveMs, int ApprovalsRequired,
    VersionRef Version, VersionNumber? Replaces, IReadOnlyList<GateVerdict> Gates, IReadOnlyList<ApprovalMark> Approvals);

public sealed record GateVerdict(string Gate, string Verdict);

public sealed record ApprovalMark(string By, string Decision);
