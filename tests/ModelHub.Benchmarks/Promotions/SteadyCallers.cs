using System.Diagnostics;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Promotions;

/// <summary>Requests at a fixed rate, whether or not answers come; every answer that is not 200 is a lost request of a user.</summary>
internal sealed class SteadyCallers : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Task sending;
    private long sent;
    private long lost;

    public SteadyCallers(Stack stack, string model, int perSecond)
    {
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        sending = Task.Run(() => SendAsync(new Uri(stack.Router, $"/staging/v2/models/{model}/infer"), perSecond));
    }

    public long Sent => Interlocked.Read(ref sent);

    public long Lost => Interlocked.Read(ref lost);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sending;
        http.Dispose();
        stopping.Dispose();
    }

    private async Task SendAsync(Uri address, int perSecond)
    {
        var clock = Stopwatch.StartNew();
        var underWay = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (long n = 0; !stopping.IsCancellationRequested; await ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            underWay.RemoveAll(task => task.IsCompleted);
            for (; n < clock.Elapsed.TotalSeconds * perSecond; n++)
                underWay.Add(OneAsync(address));
        }
        await Task.WhenAll(underWay);
    }

    private async Task OneAsync(Uri address)
    {
        Interlocked.Increment(ref sent);
        try
        {
            using var content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}""", null, "application/json");
            using var answer = await http.PostAsync(address, content);
            if (!answer.IsSuccessStatusCode)
                Interlocked.Increment(ref lost);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Increment(ref lost);
        }
    }
}
