using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Webhooks;

/// <summary>Sends the waiting messages of one webhook in their order, until none is due or it is held by another.</summary>
internal sealed partial class DrainWebhook(
    IDbContextFactory<ModelHubDb> databases, ClaimWebhooks claims, SendMessage send, RecordAttempt record, WorkerOptions options, ILogger<DrainWebhook> logger)
{
    public async Task RunAsync(Guid webhook, TimeProvider time, CancellationToken ct)
    {
        var lease = Guid.NewGuid();
        try
        {
            while (await claims.HoldAsync(webhook, lease, ct) && await SendNextAsync(WebhookId.From(webhook), lease, time, ct))
            {
            }
        }
        finally
        {
            // Also when this worker stops: another one need not wait for the lease to end.
            await claims.LetGoAsync(webhook, lease, CancellationToken.None);
        }
    }

    /// <returns>Whether the next one may be sent at once.</returns>
    private async Task<bool> SendNextAsync(WebhookId id, Guid lease, TimeProvider time, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id && w.State == WebhookState.Active, ct) is not { } webhook)
            return false;
        var head = await db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == id && d.State == DeliveryState.Pending)
            .OrderBy(d => d.EventXid).ThenBy(d => d.EventSequence).FirstOrDefaultAsync(ct);
        var now = time.GetUtcNow();
        if (head is null || head.NextAttemptAt > now)
            return false;
        if (Secrets(webhook, now) is not { Count: > 0 } secrets)
        {
            LogSealed(webhook.Name);
            return false;
        }

        var row = await db.Events.AsNoTracking().SingleAsync(e => e.Sequence == head.EventSequence, ct);
        var outcome = await send.RunAsync(webhook.Url, head.EventId, Message.Of(row), secrets, now, ct);
        var pause = outcome.Delivered ? null : DeliverySchedule.After(head.Attempts + 1, Random.Shared.NextDouble());
        if (!await record.RunAsync(head, lease, outcome, now + pause, ct))
            return false;
        LogTried(webhook.Name, head.Type, head.EventSequence, outcome.Failure ?? "delivered");
        if (outcome.Gone)
            await PauseAsync(db, id, now, ct);
        else if (!outcome.Delivered && pause is null)
            await db.CommitAsync(new WebhookDeliveryParked(webhook.Name, head.EventSequence, outcome.Failure), OperationStore.Worker, ct);
        return outcome.Delivered || (pause is null && !outcome.Gone);
    }

    /// <summary>The secrets that sign now; none when they were sealed under a setting this worker does not have.</summary>
    private IReadOnlyList<WebhookSecret> Secrets(Webhook webhook, DateTimeOffset now) =>
        options.SecretBox is { } box ? [.. webhook.Secrets.Where(s => s.ExpiresAt is null || now < s.ExpiresAt).Select(box.Open).OfType<WebhookSecret>()] : [];

    /// <summary>A refusal means that somebody changed it in the same moment: the next try says 410 again.</summary>
    private async Task PauseAsync(ModelHubDb db, WebhookId id, DateTimeOffset now, CancellationToken ct)
    {
        var webhook = await db.Webhooks.SingleAsync(w => w.Id == id, ct);
        const string Reason = "the receiver answered 410 Gone";
        webhook.Pause(Reason, now);
        await db.CommitAsync(new WebhookPaused(webhook.Name, Reason), OperationStore.Worker, ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {Webhook}: {Type} ({Sequence}): {Outcome}")]
    private partial void LogTried(string webhook, string type, long sequence, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook}: no secret of it can be opened with this worker's SecretsKey, so nothing is sent")]
    private partial void LogSealed(string webhook);
}
