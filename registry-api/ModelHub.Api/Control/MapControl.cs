using ModelHub.Api.Experiments;
using ModelHub.Api.Predictions;
using ModelHub.Api.Shadows;
namespace ModelHub.Api.Control;

internal static class ControlRoute
{
    private const int MaxStreams = 2_000;

    public static void AddControl(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CurrentTables>();
        builder.Services.AddSingleton<ConnectedPeers>();
        builder.Services.AddSingleton<AdmitPeer>();
        builder.Services.AddSingleton<ObservePlacements>();
        builder.Services.AddSingleton<RecordApplied>();
        builder.Services.AddSingleton<RecordComparison>();
        builder.Services.AddSingleton<WriteState>();
        builder.Services.AddSingleton<RecordPredictions>().AddHostedService(s => s.GetRequiredService<RecordPredictions>());
        builder.Services.AddSingleton<RecordExposures>().AddHostedService(s => s.GetRequiredService<RecordExposures>());
        builder.Services.AddSingleton<ControlStream>();
        builder.Services.AddHostedService<FollowTables>();
        builder.Services.AddHostedService<WatchPeers>();
    }

    /// <summary>Open at the door: the first message carries the key or the join token, and without one the stream is refused.</summary>
    public static void MapControl(this WebApplication app)
    {
        var streams = 0;
        app.MapGet("/control", async (HttpContext context, ControlStream stream, IHostApplicationLifetime lifetime) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
                return Problem.Of(StatusCodes.Status426UpgradeRequired, "This is a WebSocket.");
            if (Interlocked.Increment(ref streams) > MaxStreams)
            {
                Interlocked.Decrement(ref streams);
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, "Too many streams.", limit: $"{MaxStreams}");
            }
            try
            {
                using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await stream.RunAsync(socket, over.Token);
                return Results.Empty;
            }
            finally
            {
                Interlocked.Decrement(ref streams);
            }
        }).OpenToAll();
    }
}
