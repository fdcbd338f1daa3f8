using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Batches;

/// <summary>Batch runs as people ask for them: a file in, a file out, and the lineage kept.</summary>
[Collection(SharedStack.Name)]
public sealed class WholeFiles(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_file_goes_in_and_a_file_comes_out_with_a_row_for_each_row()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("batch");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(2, columns: 1), ct)).Expect(0);
        var (input, output) = (Path.Combine(stack.Data, $"{model}.csv"), Path.Combine(stack.Data, $"{model}.out.jsonl"));
        await File.WriteAllLinesAsync(input, ["id,x", .. Enumerable.Range(0, 500).Select(i => $"c{i},{(i == 7 ? "seven" : i)}")], ct);

        var run = (await stack.RunAsync(ct, "batch", $"{model}@1", "--input", input, "--output", output, "--shard-rows", "60", "--keep", "id")).Expect(0).Json;
        var refused = await stack.RunAsync(ct, "batch", $"{model}@2", "--input", input);

        var lines = await File.ReadAllLinesAsync(output, ct);
        Assert.Equal(500, lines.Length);
        Assert.Equal("""{"row":4,"id":"c3","y":6,"error":null}""", lines[3]);
        Assert.Equal("""{"row":8,"id":"c7","y":null,"error":"x: seven is not FP32"}""", lines[7]);
        Assert.Equal(("succeeded", 500, 1), (run.GetProperty("state").GetString(), run.GetProperty("done").GetInt32(), run.GetProperty("failed").GetInt32()));
        Assert.Equal(2, refused.ExitCode);
        var lineage = await stack.Admin.AskAsync(
            "query($d: String!) { dataVersion(dataset: $d, version: 1) { madeBy { state version { number model { name } } files { path } } } }", new { d = $"{model}.predictions" }, ct);
        Assert.Equal(model, lineage["dataVersion"]!["madeBy"]!["version"]!["model"]!["name"]!.GetValue<string>());
        Assert.Equal(Path.GetFileName(input), lineage["dataVersion"]!["madeBy"]!["files"]![0]!["path"]!.GetValue<string>());
    }
}
