using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Pages;

/// <summary>Something of everything that the console shows: data that moved, what was trained on them, served, judged, compared and run.</summary>
internal sealed partial record FilledConsole(string Dataset, string Model, string Run, string Promotion, string Shadow, string Experiment, string Batch, string Job, string Webhook)
{
    private const int Rows = 400;
    private static readonly HttpClient Http = new();
    private static Task<FilledConsole>? made;

    /// <summary>The same for all tests: it is made once.</summary>
    public static Task<FilledConsole> OfAsync(Stack stack, CancellationToken ct) => made ??= FillAsync(stack, ct);

    private static async Task<FilledConsole> FillAsync(Stack stack, CancellationToken ct)
    {
        var (dataset, model) = (Registering.NewModelName("shown-rows"), Registering.NewModelName("shown"));
        await stack.Admin.ChangeAsync("createDataset", new { name = dataset, description = "Rows that the pages show" }, "dataset { id }", ct);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        await DataAsync(stack, dataset, 0, ct);
        await DataAsync(stack, dataset, 3, ct);
        await stack.Admin.ChangeAsync("createPipeline", new { name = model, model, dataset, trainer = "BUILT_IN", definition = new { target = "label", task = "classification", exclude = new[] { "id" }, seed = 1, positiveClass = "1" } }, "pipeline { id }", ct);
        await stack.Admin.ChangeAsync("setPipelineTriggers", new { pipeline = model, triggers = new { evaluation = new { timeColumn = "id", heldOut = 0.3 } } }, "pipeline { id }", ct);
        await TrainAsync(stack, model, $"{dataset}@1", ct);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        (await stack.RunAsync(ct, "alias", "set", model, "champion", "1")).Expect(0);
        var run = await TrainAsync(stack, model, $"{dataset}@2", ct);
        await stack.Admin.ChangeAsync("setEndpointMonitoring", new { model, environment = "staging", windowSeconds = 10, minimumSamples = 100 }, "endpoint { id }", ct);
        var shadow = (await stack.RunAsync(ct, "shadow", "start", $"{model}@2", "--env", "staging", "--samples", "100000")).Expect(0).Json.GetProperty("id").GetString()!;
        await TrafficAsync(stack, model, ct);
        (await stack.RunAsync(ct, "alert", "rule", "create", $"shown-{Guid.NewGuid():N}"[..20], "--model", model, "--measure", "requests.rate", "--above", "1000000", "--absent", "1s")).Expect(0);
        var ids = await stack.Admin.AskAsync(
            "query($m: String!) { endpoint(model: $m, environment: \"staging\") { promotions(first: 1) { nodes { id } } } operations(first: 1) { nodes { id } } }", new { m = model }, ct);
        return new(
            dataset, model, run, ids["endpoint"]!["promotions"]!["nodes"]![0]!["id"]!.GetValue<string>(), shadow, await ExperimentAsync(stack, ct), await BatchAsync(stack, ct),
            ids["operations"]!["nodes"]![0]!["id"]!.GetValue<string>(), await WebhookAsync(stack, ct));
    }

    /// <summary>An address for each route; those that have a state of their own come once more in it.</summary>
    public IEnumerable<string> Addresses(string route) => route switch
    {
        "/datasets/{Name}" => [$"/datasets/{Dataset}"],
        "/datasets/{Dataset}/versions/{Number:int}" => [$"/datasets/{Dataset}/versions/2"],
        "/datasets/{Dataset}/compare" => [$"/datasets/{Dataset}/compare?from=1&to=2"],
        "/models/{Name}" => [$"/models/{Model}"],
        "/models/{Model}/compare" => [$"/models/{Model}/compare?versions=1,2"],
        "/models/{Model}/versions/{Number:int}" => [$"/models/{Model}/versions/1"],
        "/environments/{Name}" => ["/environments/staging"],
        "/environments/{Name}/edit" => [$"/environments/staging/edit?version={Model}@1&days=30"],
        "/endpoints/{Environment}/{Model}/monitoring" => [$"/endpoints/staging/{Model}/monitoring", $"/endpoints/staging/{Model}/monitoring?measure=drift.js"],
        "/promotions/{Id}" => [$"/promotions/{Promotion}"],
        "/training/runs/{Id}" => [$"/training/runs/{Run}"],
        "/shadows/{Id}" => [$"/shadows/{Shadow}"],
        "/experiments/{Id}" => [$"/experiments/{Experiment}"],
        "/batches/{Id}" => [$"/batches/{Batch}"],
        "/jobs/{Id}" => [$"/jobs/{Job}"],
        "/webhooks/{Name}" => [$"/webhooks/{Webhook}", $"/webhooks/{Webhook}?state=PENDING"],
        _ when route.StartsWith("/endpoints/{Environment}/{Model}", StringComparison.Ordinal) => [route.Replace("{Environment}", "staging", StringComparison.Ordinal).Replace("{Model}", Model, StringComparison.Ordinal)],
        _ when !route.Contains('{') => [route],
        _ => throw new InvalidOperationException($"The page {route} is new: say here which address shows it filled."),
    };

    /// <summary>All routes, from the sources of the pages: none can be forgotten.</summary>
    public static IReadOnlyList<string> Routes { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "web-ui", "ModelHub.Console"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Select(line => PageLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("""^@page "([^"]+)"$""")]
    private static partial Regex PageLine();

    private static async Task<string> TrainAsync(Stack stack, string pipeline, string data, CancellationToken ct) =>
        (await stack.RunAsync(ct, "train", pipeline, "--data", data, "--override", "so soon after the one before", "--wait", "--timeout", "2m")).Expect(0).Json.GetProperty("run").GetString()!;

    /// <param name="shift">By how much x has moved.</param>
    private static async Task DataAsync(Stack stack, string dataset, double shift, CancellationToken ct)
    {
        var random = new Random(1);
        var file = Path.Combine(stack.Data, $"{dataset}-{shift}.csv");
        await File.WriteAllLinesAsync(file, ["id,x,y,kind,label", .. Enumerable.Range(0, Rows).Select(i => Row(i, random, shift))], ct);
        (await stack.RunAsync(ct, "data", "register", dataset, "--file", file, "--wait")).Expect(0);
    }

    private static string Row(int i, Random random, double shift)
    {
        var (x, y) = (random.NextDouble() * 10, random.NextDouble() * 10);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i},{x + shift:0.###},{y:0.###},{(i % 3 == 0 ? "new" : "old")},{(x + y > 10 ? 1 : 0)}");
    }

    // Whole windows of rows that have moved, some of them, until one is judged.
    private static async Task TrafficAsync(Stack stack, string model, CancellationToken ct)
    {
        var found = await stack.Admin.AskAsync("query($m: String!) { version(model: $m, version: 1) { signature { inputs { name datatype } } } }", new { m = model }, ct);
        var inputs = found["version"]!["signature"]!["inputs"]!.AsArray();
        await Eventually.HoldsAsync("a window is judged", async () =>
        {
            for (var i = 0; i < 3; i++)
                await SendAsync(stack, model, inputs, ct);
            var report = await stack.Admin.AskAsync("query($m: String!) { endpoint(model: $m, environment: \"staging\") { driftReport { columns { latest } } } }", new { m = model }, ct);
            return report["endpoint"]!["driftReport"]!["columns"]!.AsArray().Any(column => column!["latest"] is not null);
        }, TimeSpan.FromSeconds(60), ct);
    }

    private static async Task SendAsync(Stack stack, string model, JsonArray inputs, CancellationToken ct)
    {
        const int Many = 60;
        var tensors = inputs.Select(input => new
        {
            name = input!["name"]!.GetValue<string>(),
            datatype = input["datatype"]!.GetValue<string>(),
            shape = new[] { Many, 1 },
            data = Enumerable.Range(0, Many).Select(i => input["datatype"]!.GetValue<string>() == "BYTES" ? (object)(i % 2 == 0 ? "new" : "old") : 5 + i % 7).ToArray(),
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, $"/staging/v2/models/{model}/infer")) { Content = JsonContent.Create(new { inputs = tensors }) };
        request.Headers.Authorization = new("Bearer", stack.Token);
        using var answer = await Http.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode)
            throw new UnexpectedAnswerException(await answer.Content.ReadAsStringAsync(ct));
    }

    private static async Task<string> ExperimentAsync(Stack stack, CancellationToken ct)
    {
        var model = await stack.ServedModelAsync("shown-arms", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct)).Expect(0);
        return (await stack.RunAsync(ct, "experiment", "start", model, "--env", "staging", "--arm", "new=2:50", "--arm", "old=1:50", "--key-header", "x-user", "--samples", "50")).Expect(0).Json.GetProperty("id").GetString()!;
    }

    /// <summary>One whose receiver does not listen.</summary>
    private static async Task<string> WebhookAsync(Stack stack, CancellationToken ct)
    {
        var name = $"shown-{Guid.NewGuid():N}"[..20];
        (await stack.RunAsync(ct, "webhook", "create", name, "--to", $"http://127.0.0.1:{FreePorts.Neighbours(1)}/hook", "--type", "webhook.*")).Expect(0);
        (await stack.RunAsync(ct, "webhook", "ping", name)).Expect(0);
        return name;
    }

    private static async Task<string> BatchAsync(Stack stack, CancellationToken ct)
    {
        var model = Registering.NewModelName("shown-batch");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(2, columns: 1), ct)).Expect(0);
        var input = Path.Combine(stack.Data, $"{model}.csv");
        await File.WriteAllLinesAsync(input, ["x", .. Enumerable.Range(0, 50).Select(i => $"{i}")], ct);
        (await stack.RunAsync(ct, "batch", $"{model}@1", "--input", input)).Expect(0);
        var found = await stack.Admin.AskAsync("{ batches(first: 1) { nodes { id } } }", null, ct);
        return found["batches"]!["nodes"]![0]!["id"]!.GetValue<string>();
    }
}
