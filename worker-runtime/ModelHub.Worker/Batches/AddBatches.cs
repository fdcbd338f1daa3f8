using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

internal static class BatchesSetup
{
    public static void AddBatches(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient<AskNode>(http => http.Timeout = AskNode.Silence)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            });
        builder.Services.AddSingleton<BatchRuns>();
        builder.Services.AddSingleton<ReadInput>();
        builder.Services.AddSingleton<WriteOutput>();
        builder.Services.AddSingleton<BatchFiles>();
        builder.Services.AddSingleton<RunShards>();
        builder.Services.AddWork<RunBatch>();
        builder.Services.AddHostedService<PlaceBatches>();
    }
}
