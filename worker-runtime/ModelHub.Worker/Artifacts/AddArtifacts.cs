namespace ModelHub.Worker.Artifacts;

internal static class ArtifactsSetup
{
    public static void AddArtifacts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkerToken>();
        builder.Services.AddSingleton<ArtifactCache>();
        builder.Services.AddHttpClient<ArtifactsAtApi>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            });
    }
}
