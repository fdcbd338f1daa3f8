using System.Text.Json;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Events;

internal static class ListEvents
{
    public static readonly Operation<ListEventsVariables, ListEventsData> Operation = new(
        "ListEvents",
        Documents.ListEvents,
        GraphJson.Default.GraphRequestListEventsVariables,
        GraphJson.Default.GraphResponseListEventsData);
}

internal sealed record ListEventsVariables(int? First, string? After, int? Last, string? Before, EventFilter? Where);

internal sealed record EventFilter(TextFilter? Type, TextFilter? Subject, TextFilter? Actor);

public sealed record ListEventsData(Connection<EventRow> Events);

public sealed record EventRow(long Sequence, string Type, string? Subject, string? Actor, DateTimeOffset At, JsonElement? Data, string? Hash);
