using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ModelHub.Benchmarks.Promotions;

internal enum Spoilt
{
    No,
    Fails,
    IsSlow,
}

/// <summary>
/// A model server of which candidates are served: it answers well until it is spoilt, and notes when the first bad answer left
/// and when the last request came.
/// </summary>
internal sealed class SpoiltServer : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);
    private readonly WebApplication app;
    private long firstBad;
    private long lastRequest;
    private long requests;

    private SpoiltServer(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public volatile Spoilt How;

    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Since the last request came.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref lastRequest));

    /// <summary>From the first bad answer to the last request; null when no answer was bad.</summary>
    public TimeSpan? Exposed => Interlocked.Read(ref firstBad) is var bad and not 0 ? Stopwatch.GetElapsedTime(bad, Math.Max(bad, Interlocked.Read(ref lastRequest))) : null;

    public static async Task<SpoiltServer> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new SpoiltServer(builder.Build());
        server.app.MapGet("/v2/models/{model}", (string model) => Results.Json(new { name = model, inputs = Ports("x"), outputs = Ports("y") }));
        server.app.MapPost("/v2/models/{model}/infer", (string model, CancellationToken gone) => server.AnswerAsync(gone));
        await server.app.StartAsync(ct);
        return server;
    }

    /// <summary>Good again, with nothing noted.</summary>
    public void Begin()
    {
        How = Spoilt.No;
        Interlocked.Exchange(ref firstBad, 0);
        Interlocked.Exchange(ref requests, 0);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> AnswerAsync(CancellationToken gone)
    {
        Interlocked.Exchange(ref lastRequest, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref requests);
        var how = How;
        if (how == Spoilt.IsSlow)
            await Task.Delay(Delay, gone);
        if (how != Spoilt.No)
            Interlocked.CompareExchange(ref firstBad, Stopwatch.GetTimestamp(), 0);
        return how == Spoilt.Fails
            ? Results.Json(new { error = "spoilt" }, statusCode: 500)
            : Results.Json(new { outputs = new[] { new { name = "y", datatype = "FP32", shape = new[] { 1, 4 }, data = new[] { 1, 1, 1, 1 } } } });
    }

    private static object[] Ports(string name) => [new { name, datatype = "FP32", shape = new[] { -1, 4 } }];
}
