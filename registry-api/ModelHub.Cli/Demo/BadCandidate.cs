using System.Text.Json.Nodes;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Promotions;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Demo;

/// <summary>A version that passes every gate and goes bad while it has a share of the traffic: it is found by what it answers, and rolled back by nobody.</summary>
internal sealed class BadCandidate(Session session, Connection connection, Cast cast, BadServer server)
{
    /// <summary>It answers so many requests well before it goes bad.</summary>
    private const int GoodRequests = 30;
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(2);

    /// <summary>A node sends what it has taken before; then nobody asks any more.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(1);

    public async Task RunAsync(TrainedVersion good, Badness how, JsonObject figures, CancellationToken ct)
    {
        var number = await RegisterAsync(good, ct);
        await new Release(session, cast).PromoteAsync(number, "staging", [], ct);
        var id = await OpenAsync(number, ct);
        var before = server.Requests;
        await UntilAsync("The candidate takes its share", async () =>
        {
            await ThrowIfEndedAsync(id, ct);
            return server.Requests - before > GoodRequests;
        }, ct);
        server.GoBad(how);
        var ended = await EndedAsync(id, ct);
        await UntilAsync("Nobody asks it any more", () => Task.FromResult(server.Silence > quiet), ct);
        if (ended["state"].Text() != "ROLLED_BACK")
            throw new StepFailedException($"The bad version is {ended["state"].Word()}: {ended["reason"].Text()}");
        figures["share"] = $"{ended["stages"].Items().Single()["weight"].Text()} %";
        figures["judged"] = ended["verdicts"].Items().Last()["reason"].Copy();
        figures["firstBadAnswerToLastRequestMs"] = Math.Round(server.Exposed!.Value.TotalMilliseconds);
        await BlockedAsync(number, figures, ct);
    }

    /// <summary>
    /// A tenth of the requests, judged by what is planted: errors, and a median far above its own. It answers through a server of its own and
    /// the router once more, so it is slower than the primary before it goes bad, and a limit beside the primary would already be broken.
    /// </summary>
    private static JsonObject Plan() => new()
    {
        ["name"] = "tenth",
        ["stages"] = new JsonArray(
            new JsonObject
            {
                ["stage"] = "canary",
                ["weight"] = 10,
                ["hold"] = "1m",
                ["minimumSamples"] = 500,
                ["maximumTime"] = "10m",
                ["limits"] = new JsonObject { ["maxErrorRate"] = 0.05, ["maxErrorRateOverPrimary"] = 0.01, ["maxP50Ms"] = 150 },
            },
            new JsonObject { ["stage"] = "live" }),
    };

    /// <summary>Asked for by the scientist, approved by the release owner.</summary>
    private async Task<string> OpenAsync(int number, CancellationToken ct)
    {
        var opened = await cast.Scientist.ChangeAsync(Documents.PromoteVersion, new()
        {
            ["model"] = cast.Model,
            ["version"] = number,
            ["environment"] = "production",
            ["planDocument"] = Plan(),
        }, ct);
        var id = opened["promotion"]!["id"].Text();
        await UntilAsync("The gates of the bad version", async () => (await PromotionView.ReadAsync(cast.Admin, id, ct))["state"].Text() == "AWAITING_APPROVAL", ct);
        await cast.Owner.ChangeAsync(Documents.ApprovePromotion, new() { ["promotion"] = id, ["reason"] = "Metrics and gates seen." }, ct);
        return id;
    }

    private async Task<int> RegisterAsync(TrainedVersion good, CancellationToken ct)
    {
        var signature = (await cast.Scientist.QueryAsync(Documents.ReadTrainedVersion, new { model = cast.Model, version = good.Number }, ct))["version"]!["signature"]!;
        server.Begin(new Uri($"{connection.Router}/production/v2/models/{cast.Model}/versions/{good.Number}/infer"), connection.Token, signature);
        var file = new FileInfo(Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(file.FullName, new JsonObject { ["kind"] = "v2", ["url"] = $"http://{server.Authority}", ["model"] = "bad" }.ToJsonString(), ct);
            var digest = await new Upload(cast.Scientist.Http, session.Screen).SendAsync(file.FullName, ct);
            var registered = await RegisterVersion.RegisterAsync(session with { Graph = cast.Scientist }, new()
            {
                ["model"] = cast.Model,
                ["digest"] = digest,
                ["format"] = "external",
                ["metrics"] = new JsonArray(new JsonObject { ["name"] = "auc", ["value"] = good.Auc }),
                ["signature"] = signature.DeepClone(),
            }, ct);
            return registered.Code == ExitCode.Done
                ? registered.Document["version"]!.GetValue<int>()
                : throw new StepFailedException(registered.Document.ToJsonString());
        }
        finally
        {
            file.Delete();
        }
    }

    private async Task BlockedAsync(int number, JsonObject figures, CancellationToken ct)
    {
        try
        {
            await cast.Scientist.ChangeAsync(Documents.PromoteVersion, new() { ["model"] = cast.Model, ["version"] = number, ["environment"] = "production" }, ct);
        }
        catch (RefusedException refused) when (refused.Refusal.Name == "VersionBlocked")
        {
            figures["askedAgain"] = "refused";
            return;
        }

        throw new StepFailedException("A version that was rolled back could be promoted again.");
    }

    private async Task ThrowIfEndedAsync(string id, CancellationToken ct)
    {
        var now = await PromotionView.ReadAsync(cast.Admin, id, ct);
        if (PromotionView.IsAtRest(now))
            throw new StepFailedException($"The promotion is {now["state"].Word()} before its version went bad: {now["reason"].Text()}");
    }

    private async Task<JsonObject> EndedAsync(string id, CancellationToken ct) =>
        await Waiting.UntilAsync(session.Screen, "Rolling back", bound, async () =>
        {
            var now = await PromotionView.ReadAsync(cast.Admin, id, ct);
            return PromotionView.IsAtRest(now) ? now : null;
        }, ct) ?? throw new StepFailedException($"The promotion of the bad version stands still after {bound.TotalMinutes:0} minutes.");

    private async Task UntilAsync(string what, Func<Task<bool>> holds, CancellationToken ct)
    {
        if (await Waiting.UntilAsync(session.Screen, what, bound, async () => await holds() ? this : null, ct) is null)
            throw new StepFailedException($"Not within {bound.TotalMinutes:0} minutes: {what}.");
    }
}
