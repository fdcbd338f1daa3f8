using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Operations;
using ModelHub.Tests.Support;
using ModelHub.Worker.Data.DuckDb;
using Xunit;

namespace ModelHub.Tests.Worker.Batches;

/// <summary>Real runs: a worker, the API and a node that answers.</summary>
public sealed class BatchRunTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_row_of_the_input_has_one_row_in_the_output_in_its_order_those_at_fault_with_an_error()
    {
        using var batches = await StartAsync();
        var input = batches.Write("rows.csv", "id,b,a\nx,2,1\ny,abc,1\n\"z,\"\"1\",,1\nw,0.5,-1\nv,1,1e99\n");

        var run = await batches.EndAsync(await batches.AskAsync(await batches.LinearAsync(), input, shardRows: 2, keep: ["id"]));

        Assert.Equal(
            ["row,id,y,error", "1,x,5.5,", "2,y,,b: abc is not FP32", "3,\"z,\"\"1\",NaN,", "4,w,0.5,", "5,v,,a: 1e99 is not FP32"],
            await batches.LinesAsync(run));
        Assert.Equal((5, 5, 2), (run.RowsTotal, run.RowsDone, run.RowsFailed));
    }

    [Fact]
    public async Task Csv_json_lines_and_parquet_of_the_same_rows_give_the_same_output()
    {
        using var batches = await StartAsync();
        var version = await batches.LinearAsync();
        var csv = batches.Write("rows.csv", "a,b\n" + string.Concat(Numbers(2_500).Select(i => Line($"{i / 8.0},{i}"))));
        var jsonl = batches.Write("rows.jsonl", string.Concat(Numbers(2_500).Select(i => Line($$"""{"b":{{i}},"a":{{Number(i / 8.0)}}}"""))));
        var parquet = Converted(csv, "SELECT a, b FROM read_csv('{0}')");

        var outputs = new List<string[]>();
        foreach (var input in new[] { csv, jsonl, parquet })
            outputs.Add(await batches.LinesAsync(await batches.EndAsync(await batches.AskAsync(version, input))));

        Assert.Equal(2_501, outputs[0].Length);
        Assert.Equal("9,17.5,", outputs[0][9]);
        Assert.Equal(outputs[0], outputs[1]);
        Assert.Equal(outputs[0], outputs[2]);
    }

    [Fact]
    public async Task The_output_is_a_data_version_with_its_lineage_and_nothing_stays_behind()
    {
        using var batches = await StartAsync();
        var version = await batches.LinearAsync();
        var path = batches.Write("rows.csv", "a,b\n1,2\n3,4\n");
        var data = await stack.RegisterDataAsync(path);
        await stack.EndAsync(data.Value);

        var run = await batches.EndAsync(await batches.AskAsync(version, path, BatchFormat.Parquet, data: data));

        Assert.Equal((data, version), (run.InputId, run.VersionId));
        await stack.EndAsync(run.OutputId!.Value.Value);
        await using var db = stack.Open();
        var output = await db.DataVersions.SingleAsync(d => d.Id == run.OutputId, Ct);
        Assert.Equal((DataVersionState.Ready, 2, "predictions.parquet"), (output.State, output.RowCount, output.Files.Single().Path));
        Assert.Equal(["row", "y", "error"], output.Schema.Select(c => c.Name));
        var shard = await db.BatchShards.SingleAsync(s => s.BatchRunId == run.Id, Ct);
        Assert.Equal((2, null), (shard.Rows, shard.Output));
        Assert.NotNull(shard.Digest);
        await Eventually.Holds(async () => !await db.BatchPlacements.AnyAsync(p => p.BatchRunId == run.Id, Ct), what: "Letting go of the version");
    }

    [Theory]
    [InlineData("rows.csv", "a,c\n1,2\n", "not there: b")]
    [InlineData("rows.csv", "a,b\n1,2\n3\n", "line 3")]
    [InlineData("rows.jsonl", "{\"a\":1,\"b\":2}\n[1]\n", "line 2")]
    [InlineData("rows.jsonl", "{\"a\":1}\n", "not there: b")]
    [InlineData("rows.parquet", "no table", "rows.parquet")]
    [InlineData("rows.csv", "a,b\n", "at least one row")]
    public async Task An_input_that_cannot_be_read_fails_the_run_at_once_with_the_place(string name, string text, string reason)
    {
        using var batches = await StartAsync();

        var run = await batches.EndAsync(await batches.AskAsync(await batches.LinearAsync(), batches.Write(name, text)));

        Assert.Equal((OperationState.Failed, 0), (run.State, run.RowsDone));
        Assert.Contains(reason, run.Failure, StringComparison.Ordinal);
        Assert.Equal(1, (await stack.OperationAsync(run.Id.Value)).Attempts);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_stops_and_makes_no_data()
    {
        using var batches = await StartAsync();
        var input = batches.Write("rows.csv", "a,b\n" + string.Concat(Numbers(20_000).Select(i => Line($"{i},{i}"))));
        var run = await batches.AskAsync(await batches.LinearAsync(), input, shardRows: 10);
        await batches.DoneAsync(run, 0.01);

        await stack.CancelAsync(run.Id.Value);
        run = await batches.EndAsync(run);

        Assert.Equal((OperationState.Cancelled, null), (run.State, run.OutputId));
        Assert.InRange(run.RowsDone, 1, 19_999);
    }

    [Fact]
    public async Task Penguins_with_missing_values_are_predicted_as_they_are()
    {
        var (model, rows) = (Path.Combine(Onnx.SharedData.Folder("models"), "penguins_lr_mixed", "model.onnx"), Path.Combine(Onnx.SharedData.Folder("tabular"), "penguins", "penguins.csv"));
        using var batches = await StartAsync();

        var run = await batches.EndAsync(await batches.AskAsync(await batches.ReadyAsync(model), rows, BatchFormat.Jsonl, shardRows: 100, keep: ["species"]));

        var lines = (await batches.LinesAsync(run)).Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(344, lines.Count);
        Assert.All(lines, l => Assert.Equal(System.Text.Json.JsonValueKind.Null, l.GetProperty("error").ValueKind));
        var right = lines.Count(l => l.EnumerateObject().ElementAt(2).Value.GetString() == l.GetProperty("species").GetString());
        Assert.InRange(right, 335, 344);
    }

    private async Task<BatchStack> StartAsync()
    {
        await stack.NeedWorkerAsync();
        var batches = new BatchStack(stack);
        batches.StartNode();
        return batches;
    }

    private string Converted(string path, string query)
    {
        DuckDbLibrary.Use(null);
        var to = Path.ChangeExtension(path, ".parquet");
        using var session = new DuckDbSession([path, to], stack.Folder);
        session.Execute($"COPY ({string.Format(CultureInfo.InvariantCulture, query, path)}) TO '{to}' (FORMAT parquet)");
        return to;
    }

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Line(FormattableString text) => FormattableString.Invariant(text) + "\n";
}
