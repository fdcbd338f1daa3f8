using System.Diagnostics;
using System.Text;
using ModelHub.Benchmarks.Serving;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Sketching;

namespace ModelHub.Benchmarks.Monitoring;

/// <summary>What looking into one request costs, alone on one thread, for all that is read and for a share of it.</summary>
internal static class CountingBenchmark
{
    private const int Rounds = 7;

    public static Task RunAsync(CancellationToken ct)
    {
        var table = new Table("Counting one request of 20 columns, one thread, best of 7 rounds", "", "bytes", "us", "ns a value", "us when 1 of 100 is read");
        foreach (var rows in new[] { 1, 32, 256 })
        {
            ct.ThrowIfCancellationRequested();
            var bodies = Bodies.Json(rows);
            var answer = Encoding.UTF8.GetBytes($$"""{"model_name":"m","outputs":[{"name":"probabilities","shape":[{{rows}},2],"datatype":"FP32","data":[{{string.Join(',', Enumerable.Repeat("0.73105857,0.26894143", rows))}}]}]}""");
            var (all, few) = (Time(bodies, answer, 1), Time(bodies, answer, 0.01));
            table.Add($"{rows} rows", $"{bodies[0].Length + answer.Length}", $"{all:0.00}", $"{all * 1000 / (rows * (BenchModels.Features + 2)):0.0}", $"{few:0.00}");
        }
        table.Print();
        return Task.CompletedTask;
    }

    /// <returns>microseconds a request</returns>
    private static double Time(byte[][] bodies, byte[] answer, double share)
    {
        var sketch = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), MonitoringBenchmark.Wanted()) { Share = share };
        Exchange[] exchanges = [.. bodies.Select(body => Of(body, answer))];
        var (best, count) = (double.MaxValue, Math.Max(200, 40_000_000 / (bodies[0].Length * 20)));
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
                sketch.Add(exchanges[i % exchanges.Length], answered: true);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / count);
        }
        foreach (var exchange in exchanges)
            exchange.Dispose();
        return best;
    }

    private static Exchange Of(byte[] body, byte[] answer)
    {
        var exchange = new Exchange { Verb = Verb.Infer };
        exchange.Head.Take(200);
        var (asked, said) = (exchange.BeginBody(), exchange.Answer);
        body.CopyTo(asked.GetSpan(body.Length));
        asked.Advance(body.Length);
        answer.CopyTo(said.GetSpan(answer.Length));
        said.Advance(answer.Length);
        return exchange;
    }
}
