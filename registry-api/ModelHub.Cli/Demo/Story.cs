using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Data;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Demo;

/// <summary>A bank's credit scoring model, from its data to a rollback under load.</summary>
internal sealed class Story(LocalStack stack, BadServer server, Screen screen, StepLog log, bool quick)
{
    private const int Seed = 20260401;
    private const int FirstRows = 20_000;
    private const int AllRows = 40_000;
    private const double EarlyMissing = 0.40;

    private readonly Session session = new(GraphClient.To(new Uri(stack.Connection.Api + "/"), stack.Connection.Token), screen);

    private TimeSpan Calm => TimeSpan.FromSeconds(quick ? 2 : 8);

    public async Task TellAsync(CancellationToken ct)
    {
        Cast cast = null!;
        TrainedVersion first = null!, second = null!;
        var since = await LastEventAsync(ct);
        await log.RunAsync("The people sign in, and the model is named", async figures =>
        {
            cast = await Cast.AssembleAsync(session.Graph, ct);
            await PrepareAsync(cast, figures, ct);
        });
        await log.RunAsync(Invariant($"{FirstRows:N0} loan applications become data version 1, with their profile"), figures => DataAsync(cast, FirstRows, figures, ct));
        await log.RunAsync("Version 1 is trained and registered with its lineage", async figures => first = await TrainedVersion.TrainAsync(session, cast, 1, figures, ct));
        await log.RunAsync("Version 1 goes to staging, which asks for nobody", figures => new Release(session, cast).PromoteAsync(first.Number, "staging", figures, ct));
        await log.RunAsync("Version 1 goes to production: asked for by Dana, approved by Robin", figures => new Release(session, cast).PromoteAsync(first.Number, "production", figures, ct));
        if (!log.Held)
            return;

        var load = new UnderLoad(stack, screen, cast);
        Traffic? traffic = null;
        try
        {
            await log.RunAsync(Invariant($"{UnderLoad.PerSecond} requests a second, each answer the trainer's own to 1e-5"), async figures =>
            {
                traffic = await load.StartAsync(first, ct);
                await load.CountAsync(traffic, figures, Calm, () => Task.CompletedTask, ct);
            });
            await log.RunAsync(Invariant($"{AllRows:N0} applications, now with all columns, become data version 2"), figures =>
                load.CountAsync(traffic!, figures, TimeSpan.Zero, () => DataAsync(cast, AllRows, figures, ct), ct));
            await log.RunAsync("Version 2 is trained while traffic flows, and is better", figures => load.CountAsync(traffic!, figures, TimeSpan.Zero, async () =>
            {
                second = await TrainedVersion.TrainAsync(session, cast, 2, figures, ct);
                if (second.Auc <= first.Auc)
                    throw new StepFailedException($"AUC {second.Auc} is not above {first.Auc}.");
            }, ct));
            await log.RunAsync("Version 2 gets copies of production's requests, and its answers are compared one by one", figures =>
                load.CountAsync(traffic!, figures, TimeSpan.Zero, () => new Release(session, cast).CompareAsync(second.Number, figures, ct), ct));
            await log.RunAsync("Version 2 takes over in staging and in production while traffic flows", figures => load.CountAsync(traffic!, figures, Calm, async () =>
            {
                var release = new Release(session, cast);
                await release.PromoteAsync(second.Number, "staging", figures, ct);
                await release.PromoteAsync(second.Number, "production", figures, ct);
                traffic!.Expect(second.Number, second.Answers);
            }, ct));
            await log.RunAsync("A node is killed with kill -9 under load", figures => load.CountAsync(traffic!, figures, Calm, () => load.KillNodeAsync(figures, ct), ct));
            await log.RunAsync("Production is rolled back to version 1 under load", figures => load.CountAsync(traffic!, figures, Calm, async () =>
                figures["timeToSafetyMs"] = await load.RollBackAsync(traffic!, first, ct), ct));
            await log.RunAsync("Back and forth, each time measured from the decision to the last router", figures => load.CountAsync(traffic!, figures, Calm, () =>
                load.BackAndForthAsync(traffic!, first, second, figures, ct), ct));
            foreach (var (what, how) in ((string, Badness)[])[("begins to fail every request", Badness.Fails), ("begins to take 200 ms longer", Badness.IsSlow)])
                await log.RunAsync($"A version with a tenth of the requests {what}, and is rolled back by itself: nobody loses one", figures =>
                    load.CountAsync(traffic!, figures, TimeSpan.Zero, () => new BadCandidate(session, stack.Connection, cast, server).RunAsync(first, how, figures, ct), ct));
        }
        finally
        {
            if (traffic is not null)
                await traffic.DisposeAsync();
        }

        await new ClosedLoop(session, stack.Connection, cast.OfInstantCredit(), log, quick).TellAsync(ct);
        await log.RunAsync("The audit trail of all this is whole", figures => new Trail(session).VerifyAsync(since, figures, ct));
    }

    private async Task PrepareAsync(Cast cast, JsonObject figures, CancellationToken ct)
    {
        await cast.Scientist.ChangeAsync(Documents.CreateModel, new() { ["name"] = cast.Model, ["description"] = "Probability that a loan defaults", ["owner"] = "dana" }, ct);
        await cast.Scientist.ChangeAsync(Documents.CreateDataset, new() { ["name"] = cast.Dataset, ["description"] = "Loan applications and whether the loan defaulted" }, ct);
        await cast.Scientist.ChangeAsync(Documents.CreatePipeline, new()
        {
            ["name"] = cast.Pipeline,
            ["model"] = cast.Model,
            ["dataset"] = cast.Dataset,
            ["trainer"] = "BUILT_IN",
            ["definition"] = new JsonObject
            {
                ["target"] = LoanApplications.Target,
                ["task"] = "classification",
                ["exclude"] = new JsonArray("application_id"),
                ["lambdas"] = new JsonArray(0.001, 0.1, 10),
                ["folds"] = 3,
                ["seed"] = 1,
                ["holdout"] = 0.2,
                ["positiveClass"] = "1",
            },
        }, ct);
        await new Release(session, cast).SetPolicyAsync(ct);
        figures["model"] = cast.Model;
    }

    private async Task DataAsync(Cast cast, int rows, JsonObject figures, CancellationToken ct)
    {
        var applications = LoanApplications.Generate(Seed, rows, rows == FirstRows ? rows : 0, EarlyMissing);
        var folder = Directory.CreateTempSubdirectory("modelhub-demo-");
        try
        {
            var file = Path.Combine(folder.FullName, "applications.csv");
            await applications.WriteAsync(file, ct);
            var outcome = await RegisterData.RegisterAsync(session with { Graph = cast.Scientist }, cast.Dataset, [file], wait: true, ct);
            if (outcome.Code != ExitCode.Done)
                throw new StepFailedException(outcome.Document.ToJsonString());
            figures["rows"] = outcome.Document["rows"].Copy();
            figures["columns"] = outcome.Document["profile"]?["columns"].Items().Count();
            figures["defaultRate"] = Math.Round(applications.DefaultRate, 4);
            if (outcome.Document["rows"].Whole() != applications.Rows)
                throw new StepFailedException($"{applications.Rows} rows were sent and {outcome.Document["rows"].Text()} counted.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<long> LastEventAsync(CancellationToken ct) =>
        (await session.Graph.QueryAsync(Documents.ReadLastEvent, null, ct))["events"]!["nodes"].Items().FirstOrDefault()?["sequence"].Whole() ?? 0;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
