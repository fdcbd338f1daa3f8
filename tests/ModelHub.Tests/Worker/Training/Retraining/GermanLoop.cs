using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Training;
using Xunit;

namespace ModelHub.Tests.Worker.Training.Retraining;

/// <summary>A pipeline on German credit with a weak champion, whose answers and outcomes stand in the ledger.</summary>
internal static class GermanLoop
{
    public const string Definition = """{"target":"class","positiveClass":"2","lambdas":[0.01],"folds":2}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A champion that knows one weak column only, unless it is made otherwise.</summary>
    public static async Task<VersionId> ChampionAsync(
        this WorkerStack stack, PipelineId id, DataVersionId data, string definition = """{"target":"class","positiveClass":"2","features":["residence_since"]}""")
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var pipeline = await db.Pipelines.SingleAsync(p => p.Id == id, Ct);
        var run = TrainingRunId.New(now);
        var operation = Operation.Enqueue(OperationKinds.Train, Subjects.TrainingRun(run.Value), run.Value, WorkerStack.Ada, now);
        // Of a pipeline of its own, so that nothing is evaluated.
        var weak = Pipeline.Create($"test.{Guid.NewGuid():N}", pipeline.ModelId, pipeline.DatasetId, Trainer.BuiltIn, definition, WorkerStack.Ada, now).Value;
        db.AddRange(weak, operation, TrainingRun.Request(run, weak, operation.Id, data, null, [], weak.Definition, WorkerStack.Ada, now).Value);
        await WorkerStack.CommitAsync(db, new TrainingRequested(run.Value, weak.Name, "test", 1));
        Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(run.Value)).State);
        var version = await db.Versions.Where(v => v.TrainingRunId == run).Select(v => v.Id).SingleAsync(Ct);
        Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(version.Value)).State);
        var (alias, change) = Alias.Create(pipeline.ModelId, Alias.Champion, version, WorkerStack.Ada, now).Value;
        db.AddRange(alias, change);
        await WorkerStack.CommitAsync(db, new AliasMovedTo("test", Alias.Champion, null, 1));
        return version;
    }

    /// <summary>German credit with the outcomes of other people: what is learned from it is worth nothing, though it takes the same columns.</summary>
    public static async Task<DataVersionId> MixedUpAsync(this WorkerStack stack)
    {
        var lines = (await File.ReadAllLinesAsync(SharedData.Path("tabular", "german_credit", "train.csv"), Ct)).Where(l => l.Length > 0).ToList();
        string Class(string line) => line[(line.LastIndexOf(',') + 1)..];
        var others = lines.Skip(1).Select(Class).ToArray();
        new Random(7).Shuffle(others);
        var path = Path.Combine(stack.Folder, "mixed-up.csv");
        await File.WriteAllLinesAsync(path, lines.Take(1).Concat(lines.Skip(1).Zip(others, (line, other) => line[..(line.LastIndexOf(',') + 1)] + other)), Ct);
        var data = await stack.RegisterDataAsync(path);
        Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(data.Value)).State);
        return data;
    }

    /// <summary>The rows of German credit as labelled predictions of the model in staging.</summary>
    public static async Task LogGermanAsync(this WorkerStack stack, PipelineId id, VersionId version)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var pipeline = await db.Pipelines.SingleAsync(p => p.Id == id, Ct);
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(e => e.ModelId == pipeline.ModelId && e.Environment.Name == "staging", Ct);
        if (endpoint is null)
        {
            endpoint = ModelHub.Domain.Rollouts.Endpoint.Open(pipeline.ModelId, await db.Environments.Where(e => e.Name == "staging").Select(e => e.Id).SingleAsync(Ct), now);
            db.Add(endpoint);
            Assert.Null(await db.CommitAsync([], WorkerStack.Ada, Ct));
        }
        await KeepPredictions.EnsureAsync(db, now, Ct);
        var lines = (await File.ReadAllLinesAsync(SharedData.Path("tabular", "german_credit", "train.csv"), Ct)).Where(l => l.Length > 0).Select(l => l.Split(',')).ToList();
        var columns = lines[0][..^1];
        object Value(string text) => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : text;
        var logged = lines.Skip(1).Select((row, i) => new LoggedPrediction(
            endpoint.Id.Value, Guid.CreateVersion7(), version.Value, $"r{i}", now.AddSeconds(i - 1_000), 1, 200, PredictionOutcome.Answered, 1,
            System.Text.Json.JsonSerializer.Serialize(new[] { columns.Zip(row).ToDictionary(p => p.First, p => Value(p.Second)) }), null, null)).ToList();
        await WriteLedger.RunAsync(db, [new PredictionBatch(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, logged, [])], now, Ct);
        foreach (var (row, i) in lines.Skip(1).Select((row, i) => (row, i)))
            await db.Database.ExecuteSqlAsync($"""
                insert into labels (id, endpoint_id, request_id, row, value, observed_at, arrived_at, source)
                values ({Guid.CreateVersion7()}, {endpoint.Id.Value}, {"r" + i}, 0, {row[^1]}, {now.AddMinutes(-1)}, {now.AddMinutes(-1)}, 'test')
                """, Ct);
    }

    public static AlertFired Fired(string model, Guid alert, string measure) =>
        new(alert, "the rule", AlertSeverity.Warning, model, "staging", measure, "income", null, 1, 0.4, 0.2, 500, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, ["income"]);

    public static async Task<PipelineId> PipelineAsync(this WorkerStack stack, DataVersionId data, RetrainingPolicy policy, DateTimeOffset? since = null)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var version = await db.DataVersions.SingleAsync(v => v.Id == data, Ct);
        var name = $"test.{Guid.NewGuid():N}";
        var model = Model.Create(name, new ModelDescription(), WorkerStack.Ada, now).Value;
        var pipeline = Pipeline.Create(name, model.Id, version.DatasetId, Trainer.BuiltIn, Definition, WorkerStack.Ada, now).Value;
        Assert.Null(pipeline.SetTriggers(policy, WorkerStack.Ada, since ?? now));
        db.AddRange(model, pipeline);
        await WorkerStack.CommitAsync(db, new PipelineTriggersSet(name, name, policy));
        return pipeline.Id;
    }
}
