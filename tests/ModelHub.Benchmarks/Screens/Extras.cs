using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ModelHub.Cli.Demo;
using ModelHub.Cli.Stack;
using ModelHub.EndToEnd.Support;
using GraphCaller = ModelHub.EndToEnd.Support.Graph;

namespace ModelHub.Benchmarks.Screens;

/// <summary>What the demo's story has no use for and the console has pages of: made once, found from then on.</summary>
internal sealed class Extras(Connection connection, GraphCaller admin) : IDisposable
{
    private const int Customers = 400;
    private const string Staging = $"staging/predict/{DemoThings.Model}";
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);
    private readonly HttpClient http = new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", connection.Token) } };

    public void Dispose() => http.Dispose();

    /// <summary>Versions 1 and 2 share staging's customers; of those of the challenger more repay.</summary>
    public async Task<string> ExperimentAsync(CancellationToken ct)
    {
        var live = await admin.AskAsync("query($model: String!) { endpoint(model: $model, environment: \"staging\") { primary { version { number } } } }", new { model = DemoThings.Model }, ct);
        var control = live["endpoint"]!["primary"]!["version"]!["number"]!.GetValue<int>();
        var challenger = control == 2 ? 1 : 2;
        var id = DemoThings.First(await admin.AskAsync("{ experiments(first: 1) { nodes { id } } }", null, ct), "experiments") ?? await StartAsync(control, challenger, ct);
        if (await StateAsync(id, ct) == "CONCLUDED")
            return id;
        await Eventually.HoldsAsync("the experiment runs", async () => await StateAsync(id, ct) == "RUNNING", Bound, ct);
        var arms = await DealAsync(ct);
        var labels = arms.Select((customer, i) => new { key = customer.Key, value = i % 20 < (customer.Value == $"{challenger}" ? 18 : 12) ? 1 : 0 });
        await admin.ChangeAsync("recordLabels", new { experiment = id, labels }, "experiment { id }", ct);
        await Eventually.HoldsAsync("the experiment is concluded", async () => await StateAsync(id, ct) == "CONCLUDED", Bound, ct);
        return id;
    }

    public async Task<string> BatchAsync(CancellationToken ct)
    {
        async Task<JsonNode> ListAsync() => await admin.AskAsync("{ batches(first: 1) { nodes { id state } } }", null, ct);
        if (DemoThings.First(await ListAsync(), "batches") is null)
            await admin.ChangeAsync("runBatch", new { model = DemoThings.Model, version = 1, data = new { dataset = DemoThings.Dataset, version = 1 }, nodes = 2, keep = new[] { "application_id" } }, "batchRun { id }", ct);
        await Eventually.HoldsAsync("the batch run has ended", async () => (await ListAsync())["batches"]!["nodes"]![0]!["state"]!.GetValue<string>() == "SUCCEEDED", Bound, ct);
        return DemoThings.First(await ListAsync(), "batches")!;
    }

    public async Task BundleAsync(CancellationToken ct)
    {
        var there = await admin.AskAsync("{ bundleExports(first: 1) { nodes { version { number } } } }", null, ct);
        if (there["bundleExports"]!["nodes"]!.AsArray().Count > 0)
            return;
        await Eventually.HoldsAsync("a bundle is taken out", async () =>
        {
            using var answer = await http.GetAsync(new Uri(new Uri(connection.Api), $"/api/v1/models/{DemoThings.Model}/versions/1/bundle?wait=60"), HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.EnsureSuccessStatusCode().StatusCode == System.Net.HttpStatusCode.OK;
        }, Bound, ct);
    }

    /// <summary>What version 2 relies on, and what CI said of it.</summary>
    public async Task VersionAsync(CancellationToken ct)
    {
        async Task<JsonNode> ReadAsync() => (await admin.AskAsync("query($model: String!) { version(model: $model, version: 2) { importances(first: 1) { nodes { operation { state } } } } }", new { model = DemoThings.Model }, ct))["version"]!["importances"]!["nodes"]!;
        if (await ReadAsync() is JsonArray { Count: 0 })
        {
            await admin.ChangeAsync("explainVersion", new { model = DemoThings.Model, version = 2 }, "versionImportance { id }", ct);
            foreach (var name in new[] { "unit-tests", "bias-report" })
                await admin.ChangeAsync("postCheck", new { model = DemoThings.Model, version = 2, name, state = "PASS" }, "check { name }", ct);
        }
        await Eventually.HoldsAsync("the importance is measured", async () => (await ReadAsync())[0]!["operation"]!["state"]!.GetValue<string>() == "SUCCEEDED", Bound, ct);
    }

    /// <summary>Some requests a second to production until <paramref name="stop"/>, so that pages have figures to show.</summary>
    public async Task CallAsync(CancellationToken stop)
    {
        var rows = Complete(Customers);
        for (var i = 0; !stop.IsCancellationRequested; i = (i + 1) % rows.Count)
            foreach (var model in new[] { DemoThings.Model, DemoThings.Loop })
                await AskAsync($"production/predict/{model}", rows[i].Fields, "", CancellationToken.None);
    }

    public async Task WebhookAsync(CancellationToken ct)
    {
        if ((await admin.AskAsync("query($name: String!) { webhook(name: $name) { name } }", new { name = DemoThings.Webhook }, ct))["webhook"] is not null)
            return;
        await admin.ChangeAsync("createWebhook", new { name = DemoThings.Webhook, url = "https://hooks.example.org/modelhub", types = new[] { "version.promoted", "promotion.*", "webhook.*" } }, "webhook { name }", ct);
        await admin.ChangeAsync("pingWebhook", new { name = DemoThings.Webhook }, "webhook { name }", ct);
    }

    private async Task<string> StartAsync(int control, int challenger, CancellationToken ct)
    {
        var started = await admin.ChangeAsync("startExperiment", new
        {
            model = DemoThings.Model,
            environment = "staging",
            arms = new[] { new { name = "current", version = control, share = 50 }, new { name = "challenger", version = challenger, share = 50 } },
            key = new { header = "x-customer" },
            minimumSamples = 100,
            maximumTime = "P7D",
        }, "experiment { id }", ct);
        return started["experiment"]!["id"]!.GetValue<string>();
    }

    private async Task<string> StateAsync(string id, CancellationToken ct) =>
        (await admin.AskAsync("query($id: ID!) { experiment(id: $id) { state } }", new { id }, ct))["experiment"]!["state"]!.GetValue<string>();

    /// <returns>Which version each customer got.</returns>
    private async Task<Dictionary<string, string>> DealAsync(CancellationToken ct)
    {
        var rows = Complete(Customers);
        // A router that has not heard of the arms yet answers by the control alone.
        await Eventually.HoldsAsync("the router deals", async () =>
        {
            var probed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(Staging, rows[i].Fields, $"probe-{i}", ct)));
            return probed.Distinct().Count() == 2;
        }, Bound, ct);
        var arms = new Dictionary<string, string>();
        foreach (var (fields, _) in rows)
            arms.Add($"customer-{arms.Count}", await AskAsync(Staging, fields, $"customer-{arms.Count}", ct));
        return arms;
    }

    /// <summary>Applications of which nothing is missing.</summary>
    private static List<(IReadOnlyList<KeyValuePair<string, string>> Fields, string Label)> Complete(int count) =>
        [.. LoanApplications.Generate(7, 2 * count, 0, 0).Applications().Where(row => row.Fields.All(field => field.Value.Length > 0)).Take(count)];

    private async Task<string> AskAsync(string path, IReadOnlyList<KeyValuePair<string, string>> fields, string customer, CancellationToken ct)
    {
        var row = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Value(field.Value))));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(connection.Router), $"/{path}")) { Content = JsonContent.Create(new JsonArray(row)) };
        request.Headers.Add("x-customer", customer);
        using var answer = await http.SendAsync(request, ct);
        return answer.IsSuccessStatusCode ? answer.Headers.GetValues("x-modelhub-version").Single() : throw new UnexpectedAnswerException(await answer.Content.ReadAsStringAsync(ct));
    }

    private static JsonNode? Value(string text) => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : text;
}
