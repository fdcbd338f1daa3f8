using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Data;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Promotions;
using ModelHub.Cli.Stack;

namespace ModelHub.Cli.Demo;

/// <summary>
/// The loop without a person: other people apply, an alert fires, a run trains on fresh labels, what is better goes through gates and a
/// canary to all traffic. Each step is timed by what the server says of itself.
/// </summary>
internal sealed class ClosedLoop(Session session, Connection connection, Cast cast, StepLog log, bool quick)
{
    private const int Seed = 20260402;
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(3);
    private static readonly string[] watched = ["quality.auc", "drift.psi"];

    private readonly LoopSettings settings = new(cast, quick);
    private int champion;

    public async Task TellAsync(CancellationToken ct)
    {
        LabelledTraffic? traffic = null;
        JsonObject run = null!;
        DateTimeOffset shifted = default, before = default, live = default;
        await log.RunAsync("A second model decides at once: a search over its settings makes version 1, and people bring it to staging and production", figures => BringAsync(figures, ct));
        try
        {
            await log.RunAsync(Invariant($"The loop is set: ledger on, windows of {LoopSettings.WindowSeconds} s in place of minutes, an alert trains, what is better may go to staging by itself"), async figures =>
            {
                await settings.SetAsync(ct);
                traffic = await StartAsync(ct);
                figures["perSecond"] = settings.PerSecond;
            });
            await log.RunAsync("People apply as those in the training data did: nothing is alarmed", async figures => before = await CalmAsync(traffic!, figures, ct));
            await log.RunAsync("Others apply, and who defaults is others too: the alert fires", async figures =>
            {
                shifted = DateTimeOffset.UtcNow;
                traffic!.Change(Rows(shifted: true));
                await AlarmAsync(shifted, figures, ct);
            });
            await log.RunAsync("The alert starts a run on labelled requests of the last seconds, and its challenger beats the champion on rows that neither saw", async figures => run = await RunAsync(figures, ct));
            await log.RunAsync("The challenger passes the gates and a canary and is live, and nobody was asked", async figures => live = await LiveAsync(run, shifted, figures, ct));
            await log.RunAsync("What the labels say of it, and that no request failed", figures => QualityAsync(traffic!, run, (before, shifted, live), figures, ct));
        }
        finally
        {
            if (traffic is not null)
                await traffic.DisposeAsync();
        }
    }

    private async Task BringAsync(JsonObject figures, CancellationToken ct)
    {
        var applications = LoanApplications.Generate(Seed, quick ? 3_000 : 8_000, 0, 0);
        await cast.Scientist.ChangeAsync(Documents.CreateModel, new() { ["name"] = cast.Model, ["description"] = "Decides on small loans at once", ["owner"] = "dana" }, ct);
        await cast.Scientist.ChangeAsync(Documents.CreateDataset, new() { ["name"] = cast.Dataset, ["description"] = "Applications for small loans; later ones from the ledger" }, ct);
        await cast.Scientist.ChangeAsync(Documents.CreatePipeline, settings.Pipeline(applications.Applications()[0].Fields.Select(field => field.Key)), ct);
        await RegisterAsync(applications, ct);
        var first = await TrainedVersion.TrainAsync(session, cast, 1, figures, ct);
        champion = first.Number;
        var release = new Release(session, cast);
        await release.PromoteAsync(champion, LoopSettings.Environment, figures, ct);
        await release.PromoteAsync(champion, "production", figures, ct);
    }

    private async Task RegisterAsync(LoanApplications applications, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-demo-");
        try
        {
            var file = Path.Combine(folder.FullName, "applications.csv");
            await applications.WriteAsync(file, ct);
            var outcome = await RegisterData.RegisterAsync(session with { Graph = cast.Scientist }, cast.Dataset, [file], wait: true, ct);
            if (outcome.Code != ExitCode.Done)
                throw new StepFailedException(outcome.Document.ToJsonString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<LabelledTraffic> StartAsync(CancellationToken ct)
    {
        var version = (await cast.Scientist.QueryAsync(Documents.ReadTrainedVersion, new { model = cast.Model, version = champion }, ct))["version"]!;
        inputs = version["signature"]!["inputs"].Items().ToDictionary(input => input["name"].Text(), input => input["datatype"].Text());
        var token = await People.ApplicationTokenAsync(cast.Admin, cast.Model, ct, LoopSettings.Environment);
        var place = new LabelledPlace(
            cast.Model, LoopSettings.Environment,
            new Uri($"{connection.Router}/{LoopSettings.Environment}/v2/models/{cast.Model}/infer"), new Uri($"{connection.Api}/api/v1/labels"));
        var rows = Rows(shifted: false);
        await UnderLoad.AdmittedAsync(session.Screen, place.Infer, token, rows[0].Request, ct);
        return LabelledTraffic.Start(place, token, settings.PerSecond, rows);
    }

    private Dictionary<string, string> inputs = [];

    private List<LabelledRow> Rows(bool shifted) =>
        [.. LoanApplications.Generate(Seed + (shifted ? 2 : 1), 20_000, 0, 0, shifted).Applications().Select(row => new LabelledRow(KnownAnswers.ToRequest(row.Fields, inputs), row.Label))];

    /// <returns>The beginning of the time that was looked at.</returns>
    private async Task<DateTimeOffset> CalmAsync(LabelledTraffic traffic, JsonObject figures, CancellationToken ct)
    {
        var since = DateTimeOffset.UtcNow;
        var window = await UntilAsync("A window of labelled requests is judged", async () =>
            (await cast.Admin.QueryAsync(Documents.ReadLoopWindows, new { model = cast.Model, environment = LoopSettings.Environment, from = since }, ct))["endpoint"]!["monitors"].Items()
                .FirstOrDefault(value => value["segment"] is null && value["value"] is not null && value["windowFrom"]!.GetValue<DateTimeOffset>() >= since), ct);
        figures["auc"] = Math.Round(window["value"]!.GetValue<double>(), 4);
        figures["labelled"] = window["samples"].Copy();
        if ((await AlertsAsync(ct)).Find(alert => alert["firedAt"] is not null && watched.Contains(alert["measure"].Text())) is { } alarm)
            throw new StepFailedException($"An alert fired though nothing has changed: {alarm["reason"].Text()}");
        figures["alerts"] = 0;
        Sound(traffic);
        return since;
    }

    private async Task AlarmAsync(DateTimeOffset shifted, JsonObject figures, CancellationToken ct)
    {
        foreach (var (measure, name) in ((string, string)[])[("quality.auc", "shiftToAlertMs"), ("drift.psi", "shiftToDriftAlertMs")])
        {
            var alert = await UntilAsync($"The alert of {measure}", async () => (await AlertsAsync(ct)).Find(a => a["measure"].Text() == measure && a["firedAt"] is not null), ct);
            figures[name] = Milliseconds(shifted, alert["firedAt"]);
            figures[measure] = Math.Round(alert["items"].Items().Max(item => item["value"]?.GetValue<double>() ?? double.MinValue), 4);
        }
    }

    private async Task<JsonObject> RunAsync(JsonObject figures, CancellationToken ct)
    {
        var fired = (await AlertsAsync(ct)).Where(a => a["measure"].Text() == "quality.auc" && a["firedAt"] is not null).Min(a => a["firedAt"]!.GetValue<DateTimeOffset>());
        var run = await UntilAsync("The run that the alert starts", async () =>
            (await RunsAsync(ct)).LastOrDefault(one => one["causes"].Items().Any(cause => cause["kind"].Text() == "ALERT")) is { } first && first["endedAt"] is not null ? first : null, ct);
        if (run["state"].Text() != "SUCCEEDED")
            throw new StepFailedException($"The run is {run["state"].Word()}: {run["failure"].Text()}");
        figures["alertToRunMs"] = Math.Round((run["requestedAt"]!.GetValue<DateTimeOffset>() - fired).TotalMilliseconds);
        figures["runMs"] = Milliseconds(run["requestedAt"]!.GetValue<DateTimeOffset>(), run["endedAt"]);
        figures["data"] = $"{cast.Dataset}@{run["dataVersion"]!["number"].Text()}";
        figures["rows"] = run["dataVersion"]!["rowCount"].Copy();
        figures["trials"] = run["trials"]!["totalCount"].Copy();
        figures["version"] = run["version"]!["number"].Copy();
        var auc = run["evaluation"]!["figures"].Items().First();
        foreach (var name in (string[])["challenger", "champion", "lower"])
            figures[name] = auc[name] is { } value ? Math.Round(value.GetValue<double>(), 4) : null;
        return run["evaluation"]!["verdict"].Text() == "PASS" ? run : throw new StepFailedException($"The challenger is not better: {run["evaluation"]!["reason"].Text()}");
    }

    private async Task<DateTimeOffset> LiveAsync(JsonObject run, DateTimeOffset shifted, JsonObject figures, CancellationToken ct)
    {
        var id = await UntilAsync("Its promotion is asked for", async () => (await RunsAsync(ct)).FirstOrDefault(one => one["id"].Text() == run["id"].Text())?["version"]?["promotions"]?["nodes"].Items().FirstOrDefault(), ct);
        var ended = await UntilAsync("Gates, canary, live", async () => await PromotionView.ReadAsync(cast.Admin, id["id"].Text(), ct) is var now && PromotionView.IsAtRest(now) ? now : null, ct);
        if (ended["state"].Text() != "LIVE")
            throw new StepFailedException($"The promotion is {ended["state"].Word()}: {ended["reason"].Text()}");
        if (ended["approvals"].Items().Any())
            throw new StepFailedException("A person approved it.");
        // When the canary has passed, all traffic goes to the version.
        var live = (ended["stages"].Items().Last() is var last && last["endedAt"] is { } at ? at : last["enteredAt"])!.GetValue<DateTimeOffset>();
        figures["gatesPassed"] = ended["gates"].Items().Count(gate => gate["verdict"].Text() == "PASS");
        figures["canary"] = ended["verdicts"].Items().LastOrDefault()?["reason"].Copy();
        figures["challengerToLiveMs"] = Math.Round((live - run["endedAt"]!.GetValue<DateTimeOffset>()).TotalMilliseconds);
        figures["shiftToLiveMs"] = Math.Round((live - shifted).TotalMilliseconds);
        return DateTimeOffset.UtcNow;
    }

    private async Task QualityAsync(LabelledTraffic traffic, JsonObject run, (DateTimeOffset Before, DateTimeOffset Shifted, DateTimeOffset Live) at, JsonObject figures, CancellationToken ct)
    {
        var number = run["version"]!["number"]!.GetValue<int>();
        var after = await UntilAsync("Labels of the new version", async () =>
            await ReadQualityAsync(number, at.Live, DateTimeOffset.UtcNow, ct) is var quality && quality["labelled"].Whole() >= settings.Rows / 2 && quality["auc"] is not null ? quality : null, ct);
        var calm = await ReadQualityAsync(champion, at.Before, at.Shifted, ct);
        var wrong = await ReadQualityAsync(champion, at.Shifted, at.Live, ct);
        foreach (var (name, quality) in ((string, JsonNode)[])[("before", calm), ("shifted", wrong), ("after", after)])
        {
            figures[$"auc.{name}"] = Rounded(quality["auc"]);
            figures[$"accuracy.{name}"] = Rounded(quality["accuracy"]);
        }

        Sound(traffic);
        figures["requests"] = traffic.Sent;
        figures["labels"] = traffic.Labelled;
        figures["failed"] = traffic.Failed;
        if (after["auc"]!.GetValue<double>() <= wrong["auc"]!.GetValue<double>())
            throw new StepFailedException("The new version is no better by its labels.");
    }

    private async Task<JsonNode> ReadQualityAsync(int version, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        (await cast.Admin.QueryAsync(Documents.ReadLoopQuality, new { model = cast.Model, environment = LoopSettings.Environment, version, from, to }, ct))["endpoint"]!["quality"]!;

    /// <summary>Newest first.</summary>
    private async Task<List<JsonObject>> RunsAsync(CancellationToken ct) =>
        [.. (await cast.Scientist.QueryAsync(Documents.ReadLoop, new { pipeline = cast.Pipeline }, ct))["pipeline"]!["runs"]!["nodes"].Items()];

    private async Task<List<JsonObject>> AlertsAsync(CancellationToken ct)
    {
        var where = new { model = new { eq = cast.Model }, environment = new { eq = LoopSettings.Environment } };
        return [.. (await cast.Admin.QueryAsync(Documents.ListAlerts, new { where, first = 50 }, ct))["alerts"]!["nodes"].Items()];
    }

    private async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look, CancellationToken ct) where T : class =>
        await Waiting.UntilAsync(session.Screen, what, bound, look, ct) ?? throw new StepFailedException($"Not within {bound.TotalMinutes:0} minutes: {what}.{await WhyAsync(ct)}");

    /// <summary>What held the run back, for whoever reads that it did not come.</summary>
    private async Task<string> WhyAsync(CancellationToken ct)
    {
        var skips = (await cast.Scientist.QueryAsync(Documents.ReadLoop, new { pipeline = cast.Pipeline }, ct))["pipeline"]!["skips"]!["nodes"].Items();
        return string.Concat(skips.Select(skip => $" Held by {skip["guard"].Word()}: {skip["reason"].Text()}."));
    }

    private static void Sound(LabelledTraffic traffic)
    {
        if (traffic.Failed > 0)
            throw new StepFailedException($"{traffic.Failed} requests failed; the first: {traffic.FirstFault}");
    }

    private static double Milliseconds(DateTimeOffset from, JsonNode? to) => Math.Round((to!.GetValue<DateTimeOffset>() - from).TotalMilliseconds);

    private static double? Rounded(JsonNode? value) => value is null ? null : Math.Round(value.GetValue<double>(), 4);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
