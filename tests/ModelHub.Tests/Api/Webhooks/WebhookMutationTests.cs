using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Access;
using ModelHub.Domain.Webhooks;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;

namespace ModelHub.Tests.Api.Webhooks;

public sealed class WebhookMutationTests(TestPostgres server) : IAsyncLifetime
{
    private const string Selection = "webhook { name url types state reason revision secrets { createdAt expiresAt } }";

    private readonly ApiHost host = new(server) { MoreArguments = [$"--SecretsKey={new string('k', 40)}"] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_webhook_is_made_changed_paused_resumed_rotated_and_removed_and_its_secret_lies_nowhere_in_the_clear()
    {
        using var admin = await host.AdminAsync();

        var made = await admin.DoAsync("createWebhook", new { name = "ci", url = "https://hooks.example.org/in?key=abc", types = new[] { "version.promoted", "promotion.*" } }, $"secret {Selection}");
        var secret = made.GetProperty("secret").GetString()!;
        var rotated = await admin.DoAsync("rotateWebhookSecret", new { name = "ci", overlapHours = 2 }, $"secret {Selection}");
        var changed = await admin.DoAsync("updateWebhook", new { name = "ci", url = "https://other.example.org/", types = Array.Empty<string>() }, Selection);
        var paused = await admin.DoAsync("pauseWebhook", new { name = "ci", reason = "moving" }, Selection);
        var resumed = await admin.DoAsync("resumeWebhook", new { name = "ci" }, Selection);

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.NotEqual(secret, rotated.GetProperty("secret").GetString());
        Assert.Equal(2, rotated.GetProperty("webhook").GetProperty("secrets").GetArrayLength());
        Assert.Equal("https://other.example.org/", changed.GetProperty("webhook").GetProperty("url").GetString());
        Assert.Equal(("PAUSED", "moving"), (Text(paused, "state"), Text(paused, "reason")));
        Assert.Equal("ACTIVE", Text(resumed, "state"));
        await using (var db = host.Open())
        {
            var everything = JsonSerializer.Serialize(new { webhooks = await db.Webhooks.ToListAsync(Ct), events = await db.Events.Select(e => e.Data).ToListAsync(Ct) });
            Assert.DoesNotContain(secret["whsec_".Length..], everything, StringComparison.Ordinal);
            Assert.DoesNotContain("key=abc", string.Join('\n', await db.Events.Select(e => e.Data).ToListAsync(Ct)), StringComparison.Ordinal);
        }
        await admin.DoAsync("removeWebhook", new { name = "ci" }, "webhook { name }");
        Assert.Empty((await admin.QueryAsync("{ webhooks { name } }")).GetProperty("webhooks").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"name":"Bad Name","url":"https://a.example/"}""", "INVALID_INPUT", "name")]
    [InlineData("""{"name":"x","url":"https://127.0.0.1/"}""", "INVALID_INPUT", "private")]
    [InlineData("""{"name":"x","url":"http://a.example/"}""", "INVALID_INPUT", "https")]
    [InlineData("""{"name":"x","url":"https://a.example/","types":["version.promotd"]}""", "INVALID_INPUT", "version.promotd")]
    public async Task What_is_not_allowed_is_refused_by_field(string input, string code, string says)
    {
        using var admin = await host.AdminAsync();

        var refusal = await admin.RefusedAsync("createWebhook", JsonDocument.Parse(input).RootElement, "webhook { name }");

        Assert.Equal(code, refusal.GetProperty("code").GetString());
        Assert.Contains(says, refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_of_a_name_an_absent_one_and_an_old_revision_are_refused()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createWebhook", new { name = "twice", url = "https://a.example/" }, "webhook { name }");

        Assert.Equal("NAME_TAKEN", Code(await admin.RefusedAsync("createWebhook", new { name = "twice", url = "https://a.example/" }, "webhook { name }")));
        Assert.Equal("WEBHOOK_NOT_FOUND", Code(await admin.RefusedAsync("pauseWebhook", new { name = "absent" }, "webhook { name }")));
        Assert.Equal("REVISION_CONFLICT", Code(await admin.RefusedAsync("updateWebhook", new { name = "twice", expectedRevision = 7 }, "webhook { name }")));
    }

    [Fact]
    public async Task A_delivery_is_shown_with_its_event_and_sent_again()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createWebhook", new { name = "log", url = "https://a.example/", types = new[] { "model.created" } }, "webhook { name }");
        await admin.ModelAsync("logged.model");
        await using (var db = host.Open())
        {
            var webhook = await db.Webhooks.SingleAsync(w => w.Name == "log", Ct);
            var fanOut = new FanOutEvents(host.App.Services.GetRequiredService<NpgsqlDataSource>());
            await Eventually.Holds(
                async () =>
                {
                    await fanOut.RunAsync(webhook.Id.Value, webhook.Name, webhook.Types, Ct);
                    return await db.WebhookDeliveries.AnyAsync(Ct);
                },
                what: "The delivery of what can be read");
            await db.WebhookDeliveries.ExecuteUpdateAsync(d => d.SetProperty(x => x.State, DeliveryState.Parked).SetProperty(x => x.Attempts, 11), Ct);
        }

        const string Query = """{ webhookDeliveries(webhook: "log") { totalCount nodes { id type state attempts event { subject } webhook { name } tries { at } } } }""";
        var parked = Assert.Single((await admin.QueryAsync(Query)).GetProperty("webhookDeliveries").GetProperty("nodes").EnumerateArray());
        var replayed = (await admin.DoAsync("replayWebhookDelivery", new { id = parked.GetProperty("id").GetString() }, "webhookDelivery { state attempts }")).GetProperty("webhookDelivery");

        Assert.Equal(("PARKED", "model:logged.model", "log"), (
            parked.GetProperty("state").GetString(), parked.GetProperty("event").GetProperty("subject").GetString(), parked.GetProperty("webhook").GetProperty("name").GetString()));
        Assert.Equal(("PENDING", 0), (replayed.GetProperty("state").GetString(), replayed.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task How_a_webhook_stands_is_told_what_waits_what_was_parked_and_since_when_it_fails()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createWebhook", new { name = "stood", url = "https://a.example/", types = new[] { "model.created" } }, "webhook { name }");
        Assert.Equal("""{"waiting":0,"parked":0,"delivered":0,"failingSince":null,"failure":null,"nextTryAt":null,"lastDeliveredAt":null}""", await StandingAsync(admin));
        for (var i = 1; i <= 4; i++)
            await admin.ModelAsync($"stood.m{i}");
        await using var db = host.Open();
        var webhook = await db.Webhooks.SingleAsync(w => w.Name == "stood", Ct);
        var fanOut = new FanOutEvents(host.App.Services.GetRequiredService<NpgsqlDataSource>());
        await Eventually.Holds(
            async () =>
            {
                await fanOut.RunAsync(webhook.Id.Value, webhook.Name, webhook.Types, Ct);
                return await db.WebhookDeliveries.CountAsync(Ct) == 4;
            },
            what: "Four deliveries");
        var ids = await db.WebhookDeliveries.OrderBy(d => d.EventSequence).Select(d => d.Id).ToListAsync(Ct);

        // It arrived at 1, was given up after a try at 2, failed at 3; one more waits behind it.
        await TriedAsync(db, ids[0], DeliveryState.Delivered, 1);
        await TriedAsync(db, ids[1], DeliveryState.Parked, 2);
        await TriedAsync(db, ids[2], DeliveryState.Pending, 3);
        Assert.Equal(
            """{"waiting":2,"parked":1,"delivered":1,"failingSince":"2026-01-01T02:00:00Z","failure":"answered 503","nextTryAt":"2026-01-02T00:00:00Z","lastDeliveredAt":"2026-01-01T01:00:00Z"}""", await StandingAsync(admin));

        // What was given up long ago is no failure once another message has arrived.
        await TriedAsync(db, ids[2], DeliveryState.Delivered, 4);
        await TriedAsync(db, ids[3], DeliveryState.Pending, 5);
        Assert.Contains("\"failingSince\":\"2026-01-01T05:00:00Z\"", await StandingAsync(admin), StringComparison.Ordinal);
        await db.WebhookDeliveries.Where(d => d.Id == ids[3]).ExecuteUpdateAsync(d => d.SetProperty(x => x.Attempts, 0), Ct);
        Assert.Contains("\"failingSince\":null,\"failure\":null", await StandingAsync(admin), StringComparison.Ordinal);

        Task<string> StandingAsync(ApiClient client) => Standing(client, "stood");
    }

    private static async Task<string> Standing(ApiClient client, string name) =>
        (await client.QueryAsync($"{{ webhook(name: \"{name}\") {{ standing {{ waiting parked delivered failingSince failure nextTryAt lastDeliveredAt }} }} }}")).GetProperty("webhook").GetProperty("standing").GetRawText();

    private static async Task TriedAsync(ModelHubDb db, WebhookDeliveryId id, DeliveryState state, int hour)
    {
        var (at, next) = (new DateTimeOffset(2026, 1, 1, hour, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        var failure = state == DeliveryState.Delivered ? null : "answered 503";
        await db.Database.ExecuteSqlAsync($"insert into webhook_attempts (delivery_id, at, duration_ms, status, failure, answer) values ({id.Value}, {at}, 1, 503, {failure}, '')", Ct);
        await db.WebhookDeliveries.Where(d => d.Id == id).ExecuteUpdateAsync(
            d => d.SetProperty(x => x.State, state).SetProperty(x => x.Attempts, x => x.Attempts + 1).SetProperty(x => x.Failure, failure)
                .SetProperty(x => x.NextAttemptAt, next).SetProperty(x => x.DeliveredAt, state == DeliveryState.Delivered ? at : null), Ct);
    }

    [Fact]
    public async Task Webhooks_are_for_administrators_of_everything()
    {
        using var operators = await host.AsAsync(Role.Operator);
        using var local = await host.AsAsync(Role.Admin, "risk");

        foreach (var client in new[] { operators, local })
        {
            var answer = await client.RawAsync("{ webhooks { name } }");
            Assert.Equal("AUTH_NOT_AUTHORIZED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Without_a_key_to_seal_secrets_none_is_made()
    {
        var bare = new ApiHost(server);
        await bare.InitializeAsync();
        using var admin = await bare.AdminAsync();

        Assert.Equal("SECRETS_KEY_MISSING", Code(await admin.RefusedAsync("createWebhook", new { name = "x", url = "https://a.example/" }, "webhook { name }")));

        await bare.DisposeAsync();
    }

    private static string Code(JsonElement refusal) => refusal.GetProperty("code").GetString()!;

    private static string? Text(JsonElement payload, string field) => payload.GetProperty("webhook").GetProperty(field).GetString();
}
