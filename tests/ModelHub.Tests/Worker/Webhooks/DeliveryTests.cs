using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Events;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Events;
using ModelHub.Domain.Webhooks;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Webhooks;

/// <summary>Real workers, a real database, a receiver that fails as it is told.</summary>
public sealed class DeliveryTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static readonly string Setting = new('s', 40);
    private static readonly string[] Settings = ["--SecretsKey", Setting, "--Webhooks:AllowedNetworks", "127.0.0.0/8"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_arrives_once_in_order_signed_also_while_two_workers_are_at_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await stack.StartWorkerAsync(Settings);
        await stack.StartWorkerAsync(Settings);
        var secret = await AddAsync("ordered", receiver.Url, "model.*");

        var names = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var i = 0; i < 10; i++)
            {
                var name = $"hooked.w{writer}-{i}";
                lock (names) names.Add(name);
                await using var db = stack.Open();
                await WorkerStack.CommitAsync(db, new ModelCreated(name));
            }
        }));
        await WriteAsync(new VersionUpdated("hooked.other", 1));

        await Eventually.Holds(() => receiver.Messages.Count >= 40, what: "40 messages");
        var messages = receiver.Messages.ToList();
        Assert.Equal(names.Order(), messages.Select(m => m.Json.GetProperty("data").GetProperty("model").GetString()).Order());
        Assert.Equal(await InOrderAsync("model:hooked.w%"), messages.Select(m => m.Sequence));
        Assert.All(messages, m => Assert.Equal(m.Signature, secret.Sign(m.Id, long.Parse(m.Timestamp, CultureInfo.InvariantCulture), System.Text.Encoding.UTF8.GetBytes(m.Body))));
        await RemoveAsync("ordered");
    }

    [Fact]
    public async Task A_message_that_fails_is_tried_again_under_its_id_and_what_comes_behind_it_waits()
    {
        await using var receiver = await Receiver.StartAsync();
        var failures = 1;
        receiver.Answer = message => Task.FromResult(message.Json.GetProperty("data").GetProperty("model").GetString() == "retried.first" && failures-- > 0 ? 503 : 200);
        await stack.StartWorkerAsync(Settings);
        await AddAsync("retried", receiver.Url, "model.created");

        await WriteAsync(new ModelCreated("retried.first"));
        await WriteAsync(new ModelCreated("retried.second"));

        await Eventually.Holds(() => receiver.Messages.Count >= 3, TimeSpan.FromSeconds(30), "The second try and what waited");
        var messages = receiver.Messages.ToList();
        Assert.Equal(messages[0].Id, messages[1].Id);
        Assert.Equal(["retried.first", "retried.first", "retried.second"], messages.Select(m => m.Json.GetProperty("data").GetProperty("model").GetString()));
        var attempts = await Eventually.Is(() => AttemptsAsync("retried.first"), a => a.Count == 2, what: "Two tries in the log");
        Assert.Equal([(503, "answered 503", "said 503"), (200, null, "said 200")], attempts.Select(a => (a.Status, a.Failure, a.Answer)));
        await RemoveAsync("retried");
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_no_other()
    {
        await using var hanging = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        var released = new TaskCompletionSource();
        hanging.Answer = async _ =>
        {
            await released.Task;
            return 200;
        };
        await stack.StartWorkerAsync(Settings);
        await AddAsync("hanging", hanging.Url, "model.created");
        await AddAsync("other", other.Url, "model.created");

        for (var i = 0; i < 5; i++) await WriteAsync(new ModelCreated($"slow.m{i}"));

        await Eventually.Holds(() => other.Messages.Count >= 5, what: "All messages of the other receiver");
        Assert.Empty(hanging.Messages);
        released.SetResult();
        await Eventually.Holds(() => hanging.Messages.Count >= 5, TimeSpan.FromSeconds(30), "What waited for the slow one");
        await RemoveAsync("hanging");
        await RemoveAsync("other");
    }

    [Fact]
    public async Task Nothing_is_lost_while_paused_while_workers_come_and_go_and_410_pauses()
    {
        await using var receiver = await Receiver.StartAsync();
        await AddAsync("paused", receiver.Url, "model.created");
        await WriteAsync(new ModelCreated("paused.before-any-worker"));
        await stack.StartWorkerAsync(Settings);
        await Eventually.Holds(() => receiver.Messages.Count == 1, what: "What happened before a worker was there");

        receiver.Answer = _ => Task.FromResult(410);
        await WriteAsync(new ModelCreated("paused.gone"));
        await Eventually.Is(() => StateAsync("paused"), s => s.State == WebhookState.Paused && s.Reason!.Contains("410", StringComparison.Ordinal), what: "The pause after 410");
        await WriteAsync(new ModelCreated("paused.meanwhile"));
        receiver.Answer = _ => Task.FromResult(200);
        receiver.Messages.Clear();
        await ChangeAsync("paused", w => w.Resume(DateTimeOffset.UtcNow), new WebhookResumed("paused"));

        await Eventually.Holds(() => receiver.Messages.Count >= 2, TimeSpan.FromSeconds(30), "What waited");
        Assert.Equal(["paused.gone", "paused.meanwhile"], receiver.Messages.Select(m => m.Json.GetProperty("data").GetProperty("model").GetString()));
        await RemoveAsync("paused");
    }

    [Fact]
    public async Task A_receiver_in_a_network_that_is_not_listed_is_never_called()
    {
        await using var receiver = await Receiver.StartAsync();
        await stack.StopWorkersAsync();
        await stack.StartWorkerAsync("--SecretsKey", Setting);
        await AddAsync("private", receiver.Url, "model.created");

        await WriteAsync(new ModelCreated("private.m"));

        var attempts = await Eventually.Is(() => AttemptsAsync("private.m"), a => a.Count > 0, what: "A try that is refused");
        Assert.Contains("Webhooks:AllowedNetworks", attempts[0].Failure, StringComparison.Ordinal);
        Assert.Empty(receiver.Messages);
        await RemoveAsync("private");
        await stack.StopWorkersAsync();
    }

    private async Task<WebhookSecret> AddAsync(string name, string url, params string[] types)
    {
        var secret = WebhookSecret.Create(RandomNumberGenerator.GetBytes(WebhookSecret.Bytes));
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var webhook = Webhook.Create(name, url, types, new SecretBox(Setting).Seal(secret, RandomNumberGenerator.GetBytes(SecretBox.NonceBytes), now), WorkerStack.Ada, now).Value;
        var last = await db.Events.OrderByDescending(e => e.Xid).ThenByDescending(e => e.Sequence).FirstOrDefaultAsync(Ct);
        db.AddRange(webhook, new WebhookPosition(webhook.Id, last?.Cursor ?? EventCursor.Start));
        await WorkerStack.CommitAsync(db, new WebhookCreated(name, "test", types));
        return secret;
    }

    private async Task RemoveAsync(string name)
    {
        await using var db = stack.Open();
        await db.RemoveWebhookAsync(await db.Webhooks.SingleAsync(w => w.Name == name, Ct), Ct);
        await WorkerStack.CommitAsync(db, new WebhookRemoved(name));
    }

    private async Task ChangeAsync(string name, Action<Webhook> change, Event made)
    {
        await using var db = stack.Open();
        change(await db.Webhooks.SingleAsync(w => w.Name == name, Ct));
        await WorkerStack.CommitAsync(db, made);
    }

    private async Task WriteAsync(Event change)
    {
        await using var db = stack.Open();
        await WorkerStack.CommitAsync(db, change);
    }

    private async Task<Webhook> StateAsync(string name)
    {
        await using var db = stack.Open();
        return await db.Webhooks.AsNoTracking().SingleAsync(w => w.Name == name, Ct);
    }

    private async Task<List<WebhookAttempt>> AttemptsAsync(string model)
    {
        await using var db = stack.Open();
        var sequences = await db.Events.Where(e => e.Subject == Subjects.Model(model)).Select(e => e.Sequence).ToListAsync(Ct);
        return await db.WebhookAttempts.AsNoTracking().Where(a => db.WebhookDeliveries.Any(d => d.Id == a.DeliveryId && sequences.Contains(d.EventSequence))).OrderBy(a => a.At).ToListAsync(Ct);
    }

    private async Task<List<long>> InOrderAsync(string subject)
    {
        await using var db = stack.Open();
        return await db.Events.Where(e => EF.Functions.Like(e.Subject, subject)).OrderBy(e => e.Xid).ThenBy(e => e.Sequence).Select(e => e.Sequence).ToListAsync(Ct);
    }
}
