namespace ModelHub.Api.Bundles;

internal static class BundleRegistration
{
    public static void AddBundles(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PrepareBundle>();
        builder.Services.AddSingleton<SendBundle>();
    }

    public static void MapBundles(this WebApplication app)
        => app.MapGet("/api/v1/models/{model}/versions/{version:int}/bundle", ExportBundle.GetAsync).Needs(Permission.Read);
}
