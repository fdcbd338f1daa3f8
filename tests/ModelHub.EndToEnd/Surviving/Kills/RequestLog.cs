using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <param name="Version">Which version answered, by the header; null when none did.</param>
/// <param name="Fault">Why it counts as lost; null for an answer that is right.</param>
/// <param name="Broken">The connection ended, and nobody answered.</param>
internal sealed record Asked(DateTimeOffset Sent, DateTimeOffset Ended, int? Version, string? Fault, bool Broken);

/// <summary>Callers at a steady rate that write down when they asked and which version answered. Version N answers N · x.</summary>
internal sealed class RequestLog : IAsyncDisposable
{
    private const int Callers = 4;
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}""");

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<Asked> asked = new();
    private readonly Uri url;
    private readonly Task asking;

    public RequestLog(Stack stack, string environment, string model, int perSecond)
    {
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        url = new Uri(stack.Router, $"/{environment}/v2/models/{model}/infer");
        asking = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallerAsync(TimeSpan.FromSeconds((double)Callers / perSecond)))));
    }

    public int Count => asked.Count;

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<Asked> Since(int first) => [.. asked.Skip(first)];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await asking;
        http.Dispose();
        stopping.Dispose();
    }

    private async Task CallerAsync(TimeSpan every)
    {
        while (!stopping.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            asked.Enqueue(await AskAsync(DateTimeOffset.UtcNow));
            if (every - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } rest)
                await Task.Delay(rest, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Asked> AskAsync(DateTimeOffset sent)
    {
        try
        {
            using var content = new ByteArrayContent(Body);
            content.Headers.ContentType = new("application/json");
            using var answer = await http.PostAsync(url, content);
            var text = await answer.Content.ReadAsStringAsync();
            int? version = answer.Headers.TryGetValues("x-modelhub-version", out var values) ? int.Parse(values.First(), null) : null;
            var right = answer.IsSuccessStatusCode && text.Contains($"[{version},{version},{version},{version}]", StringComparison.Ordinal);
            return new(sent, DateTimeOffset.UtcNow, version, right ? null : $"{(int)answer.StatusCode} of version {version}: {text}", false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return new(sent, DateTimeOffset.UtcNow, null, e.Message, e is not TaskCanceledException);
        }
    }
}
