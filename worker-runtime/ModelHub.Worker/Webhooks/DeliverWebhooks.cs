using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Webhooks;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Webhooks;

/// <summary>Looks for new events and due messages. Each webhook is served apart from the others, so that a slow receiver holds up nobody.</summary>
internal sealed partial class DeliverWebhooks(
    IDbContextFactory<ModelHubDb> databases, FanOutEvents fanOut, ClaimWebhooks claims, DrainWebhook drain, Changes changes, ILogger<DeliverWebhooks> logger, TimeProvider time)
    : Loop(changes, logger)
{
    private const int MostAtOnce = 16;

    private readonly Dictionary<Guid, Task> drains = [];

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        var more = await FanOutAsync(ct);
        foreach (var (webhook, ended) in drains.Where(d => d.Value.IsCompleted).ToList())
        {
            drains.Remove(webhook);
            if (ended.Exception is { } failure) LogFailed(failure.InnerException!, webhook);
        }
        foreach (var webhook in await claims.DueAsync(MostAtOnce, ct))
            if (drains.Count < MostAtOnce && !drains.ContainsKey(webhook)) drains[webhook] = drain.RunAsync(webhook, time, ct);
        return more;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(drains.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> FanOutAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var webhooks = await db.Webhooks.AsNoTracking().Where(w => w.State == WebhookState.Active).Select(w => new { w.Id, w.Name, w.Types }).ToListAsync(ct);
        var more = false;
        foreach (var webhook in webhooks) more |= await fanOut.RunAsync(webhook.Id.Value, webhook.Name, webhook.Types, ct);
        return more;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The messages of webhook {Webhook} could not be sent and will be tried again")]
    private partial void LogFailed(Exception failure, Guid webhook);
}
