using System.Text.Json;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Webhooks;

internal static class ListWebhookDeliveries
{
    public static readonly Operation<ListWebhookDeliveriesVariables, ListWebhookDeliveriesData> Operation = new(
        "ListWebhookDeliveries",
        Documents.ListWebhookDeliveries,
        GraphJson.Default.GraphRequestListWebhookDeliveriesVariables,
        GraphJson.Default.GraphResponseListWebhookDeliveriesData);
}

internal sealed record ListWebhookDeliveriesVariables(string Webhook, DeliveryFilter? Where, int? First, string? After, int? Last, string? Before);

internal sealed record DeliveryFilter(StateFilter? State, TextFilter? Type)
{
    public static DeliveryFilter? Of(string? state, string? type) =>
        state is null && string.IsNullOrWhiteSpace(type) ? null : new(state is null ? null : new StateFilter(state), TextFilter.Exactly(type?.Trim()));
}

public sealed record ListWebhookDeliveriesData(Connection<DeliveryRow> WebhookDeliveries);

/// <param name="Attempts">Tries since it was made or sent again; <paramref name="Tries"/> holds those before too.</param>
public sealed record DeliveryRow(
    string Id, long EventSequence, string Type, string State, int Attempts, DateTimeOffset NextAttemptAt, int? Status, string? Failure, DateTimeOffset CreatedAt, DateTimeOffset? DeliveredAt,
    IReadOnlyList<DeliveryTry> Tries, DeliveryEvent Event)
{
    public bool Fails => State == "PENDING" && Attempts > 0;

    public DeliveryTry? Last => Tries.Count > 0 ? Tries[^1] : null;
}

/// <param name="Answer">The beginning of what the receiver answered.</param>
public sealed record DeliveryTry(DateTimeOffset At, double DurationMs, int? Status, string? Failure, string? Answer);

public sealed record DeliveryEvent(string? Subject, string? Actor, DateTimeOffset At, JsonElement? Data);
