using System.Collections.Concurrent;

namespace ModelHub.EndToEnd.Support;

/// <summary>Callers of a <see cref="TinyModel"/> in staging, two at a time, one request after the other, with rows of their own; who answered is told by the answer.</summary>
internal sealed class Calls : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, int> byVersion = new();
    private readonly ConcurrentQueue<string> lost = new();
    private readonly Task calling;

    private Calls(Stack stack, string model, int columns)
    {
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        var to = new Uri(stack.Router, $"/staging/v2/models/{model}/infer");
        calling = Task.WhenAll(CallAsync(to, columns, 1), CallAsync(to, columns, 2));
    }

    public static Calls Start(Stack stack, string model, int columns = 4) => new(stack, model, columns);

    /// <summary>Requests without an answer.</summary>
    public IReadOnlyCollection<string> Lost => lost;

    public int Answered => byVersion.Values.Sum();

    /// <summary>Answers that this version gave.</summary>
    public int Of(int version) => byVersion.GetValueOrDefault($"{version}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await calling;
        http.Dispose();
        stop.Dispose();
    }

    private async Task CallAsync(Uri to, int columns, int seed)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            var row = string.Join(',', Enumerable.Range(0, columns).Select(_ => random.NextDouble().ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)));
            using var content = new StringContent($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,{{columns}}],"data":[{{row}}]}]}""", null, "application/json");
            using var answer = await http.PostAsync(to, content, CancellationToken.None);
            if (answer.IsSuccessStatusCode && answer.Headers.TryGetValues("x-modelhub-version", out var by))
                byVersion.AddOrUpdate(by.Single(), 1, (_, n) => n + 1);
            else
                lost.Enqueue($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
