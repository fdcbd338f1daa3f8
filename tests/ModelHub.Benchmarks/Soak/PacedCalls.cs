using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Soak;

/// <summary>Calls at a given rate, whatever the answers do: each caller has its own timetable and takes no rest for what it missed.</summary>
internal sealed class PacedCalls(Stack stack, string model) : IDisposable
{
    /// <param name="Latency">milliseconds, sorted; from the moment a call was due</param>
    /// <param name="Failures">by status or error</param>
    public sealed record Seen(double[] Latency, IReadOnlyDictionary<string, int> Failures);

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""");

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri url = new(stack.Router, $"/staging/v2/models/{model}/infer");

    public void Dispose() => http.Dispose();

    public async Task<bool> OnceAsync(CancellationToken ct) => await AskAsync(ct) is null;

    public async Task<Seen> RunAsync(double perSecond, int callers, CancellationToken ct)
    {
        var failures = new ConcurrentDictionary<string, int>();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => CallerAsync(TimeSpan.FromSeconds(callers / perSecond), i / perSecond, failures, ct), CancellationToken.None)));
        return new Seen([.. latencies.SelectMany(l => l).Order()], failures);
    }

    private async Task<List<double>> CallerAsync(TimeSpan every, double start, ConcurrentDictionary<string, int> failures, CancellationToken ct)
    {
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var due = TimeSpan.FromSeconds(start); !ct.IsCancellationRequested; due += every)
        {
            if (due - clock.Elapsed is var early && early > TimeSpan.FromMilliseconds(1))
                await Task.Delay(early, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The last call is let end: that the time is over is no failure.
            if (await AskAsync(CancellationToken.None) is { } failure)
                failures.AddOrUpdate(failure, 1, (_, count) => count + 1);
            latencies.Add((clock.Elapsed - due).TotalMilliseconds);
            // A caller that was held up goes on from now: its next calls are not late because of one.
            if (clock.Elapsed - due > every * 50)
                due = clock.Elapsed;
        }
        return latencies;
    }

    private async Task<string?> AskAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Body) };
        request.Headers.Authorization = new("Bearer", stack.Token);
        request.Content.Headers.ContentType = new("application/json");
        try
        {
            using var response = await http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode} {text}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return e.GetType().Name + ": " + e.Message;
        }
    }
}
