using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Alerts;

internal static class ListAlerts
{
    public static readonly Operation<ListAlertsVariables, ListAlertsData> Operation = new(
        "ListAlerts",
        Documents.ListAlerts,
        GraphJson.Default.GraphRequestListAlertsVariables,
        GraphJson.Default.GraphResponseListAlertsData);
}

internal sealed record ListAlertsVariables(AlertWhere Where, int? First, string? After, int? Last, string? Before);

internal sealed record AlertWhere(AnyState State, IsSilenced? Silenced)
{
    /// <param name="show">What a person chose to see; null: what is open.</param>
    public static AlertWhere Of(string? show) => show switch
    {
        "FIRING" => new(new(["FIRING"]), new(false)),
        "PENDING" => new(new(["PENDING"]), null),
        "SILENCED" => new(new(["FIRING"]), new(true)),
        "RESOLVED" => new(new(["RESOLVED"]), null),
        _ => new(new(["PENDING", "FIRING"]), null),
    };
}

internal sealed record AnyState(IReadOnlyList<string> In);

internal sealed record IsSilenced(bool Eq);

public sealed record ListAlertsData(Connection<AlertRow> Alerts, Me Me);

public sealed record AlertRow(
    string Id, string State, string Severity, string Measure, bool Silenced, DateTimeOffset StartedAt, DateTimeOffset? FiredAt, DateTimeOffset? ResolvedAt, string? Reason,
    string? AcknowledgedBy, string? Note, [property: JsonConverter(typeof(NameOf))] string Rule, AlertPlace Endpoint, IReadOnlyList<AlertItemRow> Items)
{
    public string Mark => Silenced ? "SILENCED" : State;
}

public sealed record AlertPlace([property: JsonConverter(typeof(NameOf))] string Model, [property: JsonConverter(typeof(NameOf))] string Environment);

public sealed record AlertItemRow(string? Column, string? Segment, int? Version, double? Value, double? Limit, long Samples, DateTimeOffset To, bool Firing);
