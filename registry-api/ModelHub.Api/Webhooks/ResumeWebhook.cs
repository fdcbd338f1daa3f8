using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Api.Webhooks;

internal sealed record ResumeWebhookInput(string Name, string? IdempotencyKey);

[MutationType]
internal static class ResumeWebhook
{
    /// <summary>Sends again, first what waits.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(WebhookNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Webhook, Refusal>> ResumeWebhookAsync(ResumeWebhookInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ResumeWebhook), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Webhook>> RunAsync(ResumeWebhookInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindWebhookAsync(input.Name, ct) is not { } webhook)
            return new WebhookNotFound(input.Name);
        webhook.Resume(now);
        return await db.CommitAsync(new WebhookResumed(webhook.Name), caller.Actor, ct) is { } refused ? refused : webhook;
    }
}
