using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Worker.Data.DuckDb;
using Xunit;

namespace ModelHub.Tests.Worker.Training;

/// <summary>The same rows in other files give the same model, held out and measured alike.</summary>
public sealed class OtherFormatsTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private const string Definition = """{"target":"class","positiveClass":"2","lambda":0.01}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("parquet", "FORMAT parquet")]
    [InlineData("jsonl", "FORMAT json")]
    public async Task A_run_with_an_evaluation_reads_them_as_it_reads_csv(string ending, string format)
    {
        await stack.NeedWorkerAsync();
        var csv = SharedData.Path("tabular", "german_credit", "train.csv");
        var other = Path.Combine(stack.Folder, $"german.{ending}");
        DuckDbLibrary.Use(null);
        using (var session = new DuckDbSession([csv, other], stack.Folder))
            session.Execute($"COPY (FROM read_csv({DuckDbSession.Quote(csv)}, header = true)) TO {DuckDbSession.Quote(other)} ({format})");

        var expected = await EvaluateAsync(csv);
        var evaluation = await EvaluateAsync(other);

        Assert.Equal((expected.TrainedRows, expected.HeldOutRows), (evaluation.TrainedRows, evaluation.HeldOutRows));
        Assert.Equal(expected.Figures[0].Challenger, evaluation.Figures[0].Challenger, 9);
    }

    private async Task<Evaluation> EvaluateAsync(string file)
    {
        var data = await stack.RegisterDataAsync(file);
        await stack.EndAsync(data.Value);
        var run = await stack.TrainAsync(data, Trainer.BuiltIn, Definition, evaluation: new EvaluationRule(null));
        var operation = await stack.EndAsync(run.Id.Value);
        Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        await using var db = stack.Open();
        return (await db.TrainingRuns.AsNoTracking().SingleAsync(r => r.Id == run.Id, Ct)).Evaluation!;
    }
}
