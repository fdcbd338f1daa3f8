using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Events;
using ModelHub.Database.Monitoring;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Webhooks;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker.Webhooks;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Alerts;

/// <summary>Two real workers judge the same rules at once; figures are written as the monitors' loop writes them.</summary>
public sealed class AlertLoopTests(WorkerStack stack) : IClassFixture<WorkerStack>, IAsyncLifetime
{
    private static readonly string Key = new('s', 40);
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var db = stack.Open();
        await MonitorPartitions.EnsureAsync(db, Now, Ct);
        for (var i = 0; i < 2; i++)
            await stack.StartWorkerAsync("--SecretsKey", Key, "--Webhooks:AllowedNetworks", "127.0.0.0/8");
    }

    public async ValueTask DisposeAsync() => await stack.StopWorkersAsync();

    [Fact]
    public async Task Many_drifted_columns_are_one_alert_that_is_told_once_and_resolves_by_itself()
    {
        await using var receiver = await Receiver.StartAsync();
        await ListenAsync("pager", receiver.Url);
        var served = await ServeAsync("alerts.drifted");
        var columns = Enumerable.Range(0, 30).Select(i => $"c{i:D2}").ToList();

        await FoundAsync([.. columns.Select(c => Drift(served, -15, c, 0.05, false))]);
        await FoundAsync([.. columns.Select((c, i) => Drift(served, -10, c, 0.3 + (i / 100.0), true))]);
        await InStateAsync(served, "data-drift", AlertState.Pending);
        await FoundAsync([.. columns.Select((c, i) => Drift(served, -5, c, 0.3 + (i / 100.0), true))]);
        var fired = await InStateAsync(served, "data-drift", AlertState.Firing);
        await Eventually.Holds(() => !receiver.Messages.IsEmpty, what: "The message of the alert");

        var told = Assert.Single(receiver.Messages).Json;
        Assert.Equal("alert.fired", told.GetProperty("type").GetString());
        var data = told.GetProperty("data");
        Assert.Equal(
            ("data-drift", "alerts.drifted", "staging", "drift.psi", "c29", 1, 0.2),
            (data.GetProperty("rule").GetString(), data.GetProperty("model").GetString(), data.GetProperty("environment").GetString(), data.GetProperty("measure").GetString(),
                data.GetProperty("column").GetString(), data.GetProperty("version").GetInt32(), data.GetProperty("limit").GetDouble()));
        Assert.Equal(columns.Order().Reverse(), data.GetProperty("columns").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(30, fired.Items.Count);

        await FoundAsync([.. columns.Select(c => Drift(served, 0, c, 0.05, false))]);
        await FoundAsync([.. columns.Select(c => Drift(served, 5, c, 0.05, false))]);
        await FoundAsync([.. columns.Select(c => Drift(served, 10, c, 0.05, false))]);
        await Eventually.Holds(() => receiver.Messages.Count > 1, what: "The message that it is over");
        Assert.Equal(["alert.fired", "alert.resolved"], receiver.Messages.Select(m => m.Json.GetProperty("type").GetString()));
        Assert.Equal((1, 1), (await CountAsync("alert.fired", served), await CountAsync("alert.resolved", served)));
    }

    [Fact]
    public async Task What_is_silenced_fires_under_another_name_and_is_told_when_the_silence_ends()
    {
        var served = await ServeAsync("alerts.silenced");
        await using (var db = stack.Open())
        {
            db.Silences.Add(Silence.Begin(new AlertMatcher(Model: served.Endpoint.ModelId), Now.AddHours(1), "we know", WorkerStack.Ada, Now).Value);
            await db.CommitAsync([], WorkerStack.Ada, Ct);
        }

        await FoundAsync(Errors(served, -5, 0.5));
        await Eventually.Is(() => AlertAsync(served, "errors"), a => a?.Silenced == true, what: "A silenced alert");
        Assert.Equal((1, 0), (await CountAsync("alert.fired-in-silence", served), await CountAsync("alert.fired", served)));
        await using (var db = stack.Open())
        {
            var silence = await db.Silences.SingleAsync(s => s.ModelId == served.Endpoint.ModelId, Ct);
            Assert.Null(silence.End(DateTimeOffset.UtcNow));
            await WorkerStack.CommitAsync(db, new SilenceWasEnded(silence.Id.Value));
        }

        await Eventually.Is(() => CountAsync("alert.fired", served), n => n == 1, what: "The alert after the silence");
    }

    [Fact]
    public async Task The_ready_rules_are_quiet_on_healthy_traffic_and_a_deleted_rule_resolves_what_it_fired()
    {
        var (healthy, sick) = (await ServeAsync("alerts.healthy"), await ServeAsync("alerts.sick"));
        var name = $"tight-{Guid.NewGuid():N}";
        await using (var db = stack.Open())
        {
            var settings = new AlertRuleSettings(AlertCondition.Default with { Limit = 0.001 }, AlertSeverity.Info, Enabled: true, null);
            db.AlertRules.Add(AlertRule.Create(name, new AlertScope(sick.Endpoint.ModelId, null), settings, WorkerStack.Ada, Now).Value);
            await db.CommitAsync([], WorkerStack.Ada, Ct);
        }

        await FoundAsync(
        [
            Errors(healthy, -10, 0.002), Errors(healthy, -5, 0.004), Errors(sick, -5, 0.002),
            .. Measures.All.Where(m => m != Measures.ErrorShare).Select(m => Value(healthy, -5, m) with { Column = "x", Value = m.StartsWith("quality", StringComparison.Ordinal) ? 0.9 : 0.01 }),
        ]);
        await InStateAsync(sick, name, AlertState.Firing);
        Assert.Equal(0, await AlertsAsync(healthy));
        await using (var db = stack.Open())
        {
            (await db.AlertRules.SingleAsync(r => r.Name == name, Ct)).Delete(DateTimeOffset.UtcNow);
            await WorkerStack.CommitAsync(db, new AlertRuleDeleted(name));
        }

        var over = await InStateAsync(sick, name, AlertState.Resolved);
        Assert.Equal("the rule was deleted", over.Reason);
    }

    private sealed record Served(Endpoint Endpoint, Version Version);

    private async Task<Served> ServeAsync(string name)
    {
        await using var db = stack.Open();
        var model = Model.Create(name, new ModelDescription(), WorkerStack.Ada, Now).Value;
        var version = Version.Register(model.Id, 1, new VersionRegistration(Digest(name), 1, "onnx"), WorkerStack.Ada, Now).Value;
        var staging = await db.Environments.SingleAsync(e => e.Name == "staging", Ct);
        var endpoint = Endpoint.Open(model.Id, staging.Id, Now);
        db.AddRange(model, version, endpoint, endpoint.Shift(version.Id, 1, Now, Now.AddHours(-1)));
        await WorkerStack.CommitAsync(db, new ModelCreated(name));
        return new(endpoint, version);
    }

    private static string Digest(string name) => ModelHub.Domain.Basics.Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)).Value;

    private static MonitorValue Drift(Served served, int minutes, string column, double psi, bool breached) =>
        Value(served, minutes, Measures.DriftPsi) with { Column = column, Value = psi, Threshold = 0.2, Breached = breached };

    private static MonitorValue Errors(Served served, int minutes, double share) => Value(served, minutes, Measures.ErrorShare) with { Value = share, Threshold = 0.01, Breached = share > 0.01 };

    private static MonitorValue Value(Served served, int minutes, string measure) => new()
    {
        EndpointId = served.Endpoint.Id,
        VariantId = served.Endpoint.Variants[0].Id,
        VersionId = served.Version.Id,
        Measure = measure,
        WindowFrom = Now.AddMinutes(minutes - 5),
        WindowTo = Now.AddMinutes(minutes),
        Samples = 1_000,
    };

    private async Task FoundAsync(params MonitorValue[] values)
    {
        await using var db = stack.Open();
        await WriteMonitorValues.RunAsync(db, values, Ct);
        await db.NotifyAsync("monitors");
    }

    private async Task ListenAsync(string name, string url)
    {
        await using var db = stack.Open();
        var secret = new SecretBox(Key).Seal(WebhookSecret.Create(RandomNumberGenerator.GetBytes(WebhookSecret.Bytes)), RandomNumberGenerator.GetBytes(SecretBox.NonceBytes), Now);
        var webhook = Webhook.Create(name, url, ["alert.fired", "alert.resolved"], secret, WorkerStack.Ada, Now).Value;
        var last = await db.Events.OrderByDescending(e => e.Xid).ThenByDescending(e => e.Sequence).FirstOrDefaultAsync(Ct);
        db.AddRange(webhook, new WebhookPosition(webhook.Id, last?.Cursor ?? EventCursor.Start));
        await WorkerStack.CommitAsync(db, new WebhookCreated(name, "test", webhook.Types));
    }

    private async Task<Alert?> AlertAsync(Served served, string rule)
    {
        await using var db = stack.Open();
        return await db.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.EndpointId == served.Endpoint.Id && a.Rule.Name == rule, Ct);
    }

    private async Task<Alert> InStateAsync(Served served, string rule, AlertState state) =>
        (await Eventually.Is(() => AlertAsync(served, rule), a => a?.State == state, what: $"An alert that is {state}"))!;

    private async Task<int> AlertsAsync(Served served)
    {
        await using var db = stack.Open();
        return await db.Alerts.CountAsync(a => a.EndpointId == served.Endpoint.Id, Ct);
    }

    private async Task<int> CountAsync(string type, Served served)
    {
        await using var db = stack.Open();
        var model = await db.Models.Where(m => m.Id == served.Endpoint.ModelId).Select(m => m.Name).SingleAsync(Ct);
        return await db.Events.CountAsync(e => e.Type == type && e.Subject == Subjects.Endpoint(model, "staging"), Ct);
    }
}
