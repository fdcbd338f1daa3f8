using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Batches;

/// <summary>
/// A version over a file, from the upload to the file that is written, in rows a second; beside it, in the same round, what people
/// write first: a loop that asks the endpoint for one row after the other. MODELHUB_BENCH_ROWS says how many rows the file has.
/// </summary>
internal static class BatchBenchmark
{
    private const int Rounds = 3;
    private const int LoopRows = 3_000;

    public static async Task RunAsync(CancellationToken ct)
    {
        var rows = int.Parse(Environment.GetEnvironmentVariable("MODELHUB_BENCH_ROWS") ?? "200000", CultureInfo.InvariantCulture);
        await using var stack = await Stack.StartAsync(ct);
        var model = Registering.NewModelName("batch");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(2, columns: 1), ct)).Expect(0);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        var table = new Table($"A version over {rows} rows of CSV, two nodes; the loop asks for {LoopRows} of them one by one",
            "round", "batch: rows/s while it predicts", "rows/s from upload to file", "loop: rows/s", "ratio");
        for (var round = 1; round <= Rounds; round++)
        {
            var (predicting, whole) = await BatchAsync(stack, model, rows, round, ct);
            var loop = await LoopAsync(stack, model, ct);
            table.Add($"{round}", $"{predicting:0}", $"{whole:0}", $"{loop:0}", $"{whole / loop:0.0}");
        }
        table.Print();
    }

    /// <summary>Each round has other rows, since a store that knows the file takes no upload.</summary>
    private static async Task<(double Predicting, double Whole)> BatchAsync(Stack stack, string model, int rows, int round, CancellationToken ct)
    {
        var (input, output) = (Path.Combine(stack.Data, $"in-{round}.csv"), Path.Combine(stack.Data, $"out-{round}.csv"));
        await File.WriteAllLinesAsync(input, ["x", .. Enumerable.Range(0, rows).Select(i => (i + round / 4.0).ToString(CultureInfo.InvariantCulture))], ct);
        var clock = Stopwatch.StartNew();
        var run = (await stack.RunAsync(ct, "batch", $"{model}@1", "--input", input, "--output", output)).Expect(0).Json;
        var whole = rows / clock.Elapsed.TotalSeconds;
        var written = File.ReadLines(output).Count() - 1;
        return written == rows && run.GetProperty("failed").GetInt32() == 0
            ? (run.GetProperty("rate").GetDouble(), whole)
            : throw new InvalidOperationException($"{written} rows of {rows} came out, {run.GetProperty("failed")} with an error");
    }

    private static async Task<double> LoopAsync(Stack stack, string model, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = stack.Router };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stack.Token);
        var clock = Stopwatch.StartNew();
        for (var row = 0; row < LoopRows; row++)
        {
            using var content = new StringContent($$"""{"x":{{row}}}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri($"/staging/predict/{model}", UriKind.Relative), content, ct);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync(ct);
        }
        return LoopRows / clock.Elapsed.TotalSeconds;
    }
}
