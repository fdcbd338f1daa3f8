using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using Xunit;

namespace ModelHub.Tests.Api.Training;

public sealed class TrialTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Trials =
        "query($id: ID!, $where: TrainingTrialFilterInput, $order: [TrainingTrialSortInput!]) { trainingRun(id: $id) { state bestTrial trials(where: $where, order: $order, first: 2) { totalCount nodes { number state rung metric parameters results { rung rows } failure } } } }";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly Actor Ada = Actor.User("ada");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trials_of_a_run_are_told_by_pages_filtered_and_ordered()
    {
        using var admin = await host.AdminAsync();
        var (id, run) = await RunAsync(admin, "told");
        await SearchAsync(run);

        var all = (await admin.QueryAsync(Trials, new { id })).GetProperty("trainingRun").GetProperty("trials");
        var paused = (await admin.QueryAsync(Trials, new { id, where = new { state = new { eq = "PAUSED" } } })).GetProperty("trainingRun").GetProperty("trials");
        var best = (await admin.QueryAsync(Trials, new { id, order = new[] { new { metric = "DESC" } } })).GetProperty("trainingRun").GetProperty("trials").GetProperty("nodes");

        Assert.Equal(3, all.GetProperty("totalCount").GetInt32());
        Assert.Equal("""{"number":1,"state":"PENDING","rung":0,"metric":null,"parameters":{"lambda":1},"results":[],"failure":null}""", all.GetProperty("nodes")[0].GetRawText());
        Assert.Equal([2, 3], paused.GetProperty("nodes").EnumerateArray().Select(t => t.GetProperty("number").GetInt32()));
        Assert.Contains(3, best.EnumerateArray().Select(t => t.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Cancelling_a_run_cancels_its_trials_with_it()
    {
        using var admin = await host.AdminAsync();
        var (id, run) = await RunAsync(admin, "cancelled");
        await SearchAsync(run);

        var cancelled = (await admin.DoAsync("cancelTraining", new { run = id }, "trainingRun { state trials { nodes { state } } }")).GetProperty("trainingRun");

        Assert.Equal("CANCELLED", cancelled.GetProperty("state").GetString());
        Assert.All(cancelled.GetProperty("trials").GetProperty("nodes").EnumerateArray(), t => Assert.Equal("CANCELLED", t.GetProperty("state").GetString()));
        await using var db = host.Open();
        Assert.All(await db.Operations.Where(o => o.ParentId == run.OperationId && o.State != OperationState.Succeeded).ToListAsync(Ct), o => Assert.Equal(OperationState.Cancelled, o.State));
    }

    [Fact]
    public async Task A_search_that_cannot_be_is_refused_where_it_is_written_and_where_a_run_lays_it_over()
    {
        using var admin = await host.AdminAsync();
        var name = await PipelineAsync(admin, "refused");
        var search = new { metric = "auc", trials = 500, parameters = new { lambda = new { min = 1, max = 2 } } };

        var written = await admin.RefusedAsync("updatePipeline", new { name, definition = new { target = "y", search } }, "pipeline { id }");
        var laid = await admin.RefusedAsync("startTraining", new { pipeline = name, parameters = new { search } }, "trainingRun { id }");

        Assert.Contains("definition.search.trials", written.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("definition.search.trials", laid.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_read_the_pipeline_sees_no_trials()
    {
        using var admin = await host.AdminAsync();
        var (id, run) = await RunAsync(admin, "hidden");
        await SearchAsync(run);
        using var stranger = await host.AsAsync([new Grant(Role.Viewer, "elsewhere", Grant.Any)], TokenScope.Read);

        Assert.Equal(JsonValueKind.Null, (await stranger.QueryAsync(Trials, new { id })).GetProperty("trainingRun").ValueKind);
    }

    /// <summary>One that waits and two that have a result.</summary>
    private async Task SearchAsync(TrainingRun run)
    {
        await using var db = host.Open();
        for (var number = 1; number <= 3; number++)
        {
            var id = TrainingTrialId.New(Now);
            var operation = Operation.Enqueue(OperationKinds.TrainTrial, Subjects.TrainingRun(run.Id.Value), id.Value, Ada, Now, run.OperationId);
            var trial = TrainingTrial.Draw(id, run.Id, number, operation.Id, $$"""{"lambda":{{number}}}""", Now);
            if (number > 1)
            {
                trial.Reach(new RungResult(0, 100, 0.6 + number / 100.0, 1), top: 1, Now);
                Assert.Null(operation.Succeed(operation.Begin(Now).Value, null, Now));
            }
            db.AddRange(operation, trial);
        }
        Assert.Null(await db.CommitAsync([], Ada, Ct));
    }

    private async Task<(string Id, TrainingRun Run)> RunAsync(ApiClient client, string name)
    {
        var pipeline = await PipelineAsync(client, name);
        var started = (await client.DoAsync("startTraining", new { pipeline }, "trainingRun { id }")).GetProperty("trainingRun");
        await using var db = host.Open();
        return (started.GetProperty("id").GetString()!, await db.TrainingRuns.AsNoTracking().SingleAsync(r => r.Pipeline.Name == pipeline, Ct));
    }

    private async Task<string> PipelineAsync(ApiClient client, string name)
    {
        var full = $"trials.{name}";
        await client.ModelAsync(full);
        await client.DoAsync("createDataset", new { name = full }, "dataset { id }");
        await using var db = host.Open();
        var dataset = await db.Datasets.SingleAsync(d => d.Name == full, Ct);
        var data = DataVersion.Register(dataset.Id, 1, [new DataFile("rows.csv", "sha256:" + new string('a', 64), 1)], Ada, Now).Value;
        Assert.Null(data.Accept([], new Profile(0, []), Now));
        db.DataVersions.Add(data);
        await db.SaveChangesAsync(Ct);
        var definition = new { target = "y", search = new { metric = "auc", parameters = new { lambda = new { min = 0.1, max = 1 } } } };
        await client.DoAsync("createPipeline", new { name = full, model = full, dataset = full, trainer = "BUILT_IN", definition }, "pipeline { id }");
        return full;
    }
}
