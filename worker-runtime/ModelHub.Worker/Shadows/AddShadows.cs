namespace ModelHub.Worker.Shadows;

internal static class ShadowsSetup
{
    public static void AddShadows(this WebApplicationBuilder builder) => builder.Services.AddHostedService<AdvanceShadowTests>();
}
