using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Explanations;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Tests.Onnx;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Explanations;

public sealed class MeasureImportanceTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static readonly string[] Columns = ["heavy", "light", "dummy"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Columns_come_in_the_order_in_which_the_model_uses_them_with_figures_that_the_seed_gives_again()
    {
        var (version, data) = await ReadyAsync();

        var first = await MeasureAsync(version, data, new ImportanceSettings("y", Repeats: 4, MaxRows: 200));
        var again = await MeasureAsync(version, data, new ImportanceSettings("y", Repeats: 4, MaxRows: 200));
        var other = await MeasureAsync(version, data, new ImportanceSettings("y", Repeats: 4, MaxRows: 200, Seed: 2));

        var result = first.Result!;
        Assert.Equal((ImportanceMetric.Rmse, 200, 300), (result.Metric, result.Rows, result.RowsWithLabel));
        Assert.InRange(result.Baseline, 0, 1e-3);
        Assert.Equal(["heavy", "light", "dummy"], result.Columns.Select(c => c.Column));
        Assert.Equal([1, 2, 3], result.Columns.Select(c => c.Rank));
        Assert.Equal(0, result.Columns[2].Drop, 6);
        // Of a linear model the error after a deal is the weight times √2 standard deviations of the column, here 5 · √2 · √(1/3).
        Assert.InRange(result.Columns[0].Drop, 3.6, 4.6);
        Assert.InRange(result.Columns[1].Drop, 0.7, 0.95);
        Assert.All(result.Columns, c => Assert.Equal(4, c.Drops.Count));
        Assert.True(result.Columns[0].StandardError > 0);
        Assert.Equal(result.Columns.SelectMany(c => c.Drops), again.Result!.Columns.SelectMany(c => c.Drops));
        Assert.NotEqual(result.Columns[0].Drops, other.Result!.Columns.First(c => c.Column == "heavy").Drops);
        await using var db = stack.Open();
        Assert.Equal(3, await db.Events.CountAsync(e => e.Type == "version.importance-measured", Ct));
    }

    [Fact]
    public async Task A_target_without_enough_labels_fails_at_once_with_the_field()
    {
        var (version, data) = await ReadyAsync();

        var failed = await MeasureAsync(version, data, new ImportanceSettings("rare", Repeats: 1));

        Assert.Null(failed.Result);
        Assert.Equal((OperationState.Failed, 1), (failed.Operation.State, failed.Operation.Attempts));
        Assert.StartsWith("target: only 3 rows have a value in rare", failed.Operation.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_does_not_fit_is_told_and_not_made_up()
    {
        var (version, data) = await ReadyAsync();

        var failed = await MeasureAsync(version, data, new ImportanceSettings("y", Metric: ImportanceMetric.Auc, Repeats: 1));

        Assert.StartsWith("metric: Auc cannot be said of these 300 rows", failed.Operation.Failure, StringComparison.Ordinal);
    }

    private async Task<(VersionId Version, DataVersionId Data)> ReadyAsync()
    {
        await stack.NeedWorkerAsync();
        var (model, rows) = (Path.Combine(stack.Folder, $"{Guid.NewGuid():n}.onnx"), Path.Combine(stack.Folder, $"{Guid.NewGuid():n}.csv"));
        await File.WriteAllBytesAsync(model, TinyModel.Linear([5, 1, 0], 2, Columns), Ct);
        var (random, text) = (new Random(9), new StringBuilder("heavy,light,dummy,y,rare\n"));
        for (var i = 0; i < 300; i++)
        {
            double[] x = [.. Columns.Select(_ => random.NextDouble() * 2 - 1)];
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{x[0]},{x[1]},{x[2]},{5 * x[0] + x[1] + 2},{(i < 3 ? "1" : "")}"));
        }
        await File.WriteAllTextAsync(rows, text.ToString(), Ct);
        var (version, data) = (await stack.RegisterAsync(model), await stack.RegisterDataAsync(rows));
        await stack.EndAsync(version.Value);
        await stack.EndAsync(data.Value);
        return (version, data);
    }

    private async Task<VersionImportance> MeasureAsync(VersionId version, DataVersionId data, ImportanceSettings settings)
    {
        VersionImportanceId id;
        await using (var db = stack.Open())
        {
            var (of, on, now) = (await db.Versions.Include(v => v.Model).SingleAsync(v => v.Id == version, Ct), await db.DataVersions.Include(d => d.Dataset).SingleAsync(d => d.Id == data, Ct), DateTimeOffset.UtcNow);
            id = VersionImportanceId.New(now);
            var operation = Operation.Enqueue(OperationKinds.MeasureImportance, Subjects.Version(of.Model.Name, of.Number), id.Value, WorkerStack.Ada, now);
            db.Operations.Add(operation);
            db.VersionImportances.Add(VersionImportance.Request(id, of.Model.Name, of, on, settings, operation.Id, WorkerStack.Ada, now).Value);
            await WorkerStack.CommitAsync(db, new ImportanceRequested(of.Model.Name, of.Number, "test@1"));
        }
        return await Eventually.Is(
            async () =>
            {
                await using var db = stack.Open();
                return await db.VersionImportances.AsNoTracking().Include(i => i.Operation).SingleAsync(i => i.Id == id, Ct);
            },
            i => i.Operation.State.HasEnded(), TimeSpan.FromSeconds(120), "The end of the measurement");
    }
}
