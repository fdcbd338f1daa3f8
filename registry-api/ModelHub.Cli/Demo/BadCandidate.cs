using System.Text.Json.Nodes;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Promotions;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Demo;

/// <summary>A version that passes every gate and fails on every request: it is found by what it answers, and rolled back by nobody.</summary>
internal sealed class BadCandidate(Session session, Cast cast)
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(2);

    public async Task RunAsync(TrainedVersion good, JsonObject figures, CancellationToken ct)
    {
        var number = await RegisterAsync(good, ct);
        await new Release(session, cast).PromoteAsync(number, "staging", [], ct);
        var opened = await cast.Scientist.ChangeAsync(Documents.PromoteVersion, new()
        {
            ["model"] = cast.Model,
            ["version"] = number,
            ["environment"] = "production",
            ["plan"] = "canary",
        }, ct);
        var id = opened["promotion"]!["id"].Text();
        await WaitAsync(id, now => now["state"].Text() == "AWAITING_APPROVAL", ct);
        await cast.Owner.ChangeAsync(Documents.ApprovePromotion, new() { ["promotion"] = id, ["reason"] = "Metrics and gates seen." }, ct);
        var ended = await WaitAsync(id, PromotionView.IsAtRest, ct);
        if (ended["state"].Text() != "ROLLED_BACK")
            throw new StepFailedException($"The bad version is {ended["state"].Word()}: {ended["reason"].Text()}");
        var stage = ended["stages"].Items().Single();
        var judged = ended["verdicts"].Items().Last();
        figures["share"] = $"{stage["weight"].Text()} %";
        figures["judged"] = judged["reason"].Copy();
        figures["requestsToIt"] = judged["samples"].Copy();
        figures["firstShareToDecisionMs"] = Math.Round((stage["endedAt"]!.GetValue<DateTimeOffset>() - stage["enteredAt"]!.GetValue<DateTimeOffset>()).TotalMilliseconds);
        await BlockedAsync(number, figures, ct);
    }

    private async Task<int> RegisterAsync(TrainedVersion good, CancellationToken ct)
    {
        var version = (await cast.Scientist.QueryAsync(Documents.ReadTrainedVersion, new { model = cast.Model, version = good.Number }, ct))["version"]!;
        var label = version["signature"]!["outputs"].Items().First(output => output["datatype"].Text() == "INT64");
        var onnx = await cast.Scientist.Http.GetByteArrayAsync(new Uri($"api/v1/artifacts/sha256/{version["digest"].Text()["sha256:".Length..]}", UriKind.Relative), ct);
        var file = new FileInfo(Path.GetTempFileName());
        try
        {
            await File.WriteAllBytesAsync(file.FullName, FailingCopy.Of(onnx, label["name"].Text(), elements: 7), ct);
            var digest = await new Upload(cast.Scientist.Http, session.Screen).SendAsync(file.FullName, ct);
            var registered = await RegisterVersion.RegisterAsync(session with { Graph = cast.Scientist }, new()
            {
                ["model"] = cast.Model,
                ["digest"] = digest,
                ["format"] = "onnx",
                ["metrics"] = new JsonArray(new JsonObject { ["name"] = "auc", ["value"] = good.Auc }),
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

    private async Task<JsonObject> WaitAsync(string id, Func<JsonObject, bool> until, CancellationToken ct) =>
        await Waiting.UntilAsync(session.Screen, "Promoting the bad version", bound, async () =>
        {
            var now = await PromotionView.ReadAsync(cast.Admin, id, ct);
            return until(now) ? now : null;
        }, ct) ?? throw new StepFailedException($"The promotion of the bad version stands still after {bound.TotalMinutes:0} minutes.");
}
