using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

internal static class ArtifactRegistration
{
    public static void AddArtifacts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IArtifactStore>(services => services.GetRequiredService<ApiOptions>().Store.S3 is { } s3
            ? ActivatorUtilities.CreateInstance<S3Store>(services, s3)
            : ActivatorUtilities.CreateInstance<DiskStore>(services));
        builder.Services.AddSingleton<WantedArtifacts>();
        builder.Services.AddSingleton<CollectArtifacts>();
        builder.Services.AddHostedService<CollectByTime>();
        builder.Services.AddSingleton<Uploads>();
        builder.Services.AddSingleton<SendArtifact>();
        builder.Services.AddHostedService<ExpireUploads>();
    }

    public static void MapArtifacts(this WebApplication app)
    {
        ArtifactMeter.Begin();
        var artifacts = app.MapGroup("/api/v1/artifacts");
        artifacts.MapMethods("/sha256/{hex}", [HttpMethods.Head], DownloadArtifact.HeadAsync).Needs(Permission.Read);
        artifacts.MapGet("/sha256/{hex}", DownloadArtifact.GetAsync).NeedsToken();
        artifacts.MapPut("/", UploadRoutes.Put).Needs(Permission.Write);
        artifacts.MapPost("/uploads", UploadRoutes.Begin).Needs(Permission.Write);
        artifacts.MapMethods("/uploads/{id}", [HttpMethods.Head], UploadRoutes.Offset).Needs(Permission.Write);
        artifacts.MapPatch("/uploads/{id}", UploadRoutes.Append).Needs(Permission.Write);
        artifacts.MapPost("/uploads/{id}/complete", UploadRoutes.Complete).Needs(Permission.Write);
    }
}
