namespace ModelHub.Worker.Rollouts;

internal static class RolloutsSetup
{
    public static void AddRollouts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ObserveTraffic>();
        builder.Services.AddHostedService<ReconcileRollouts>();
        builder.Services.AddHostedService<SwitchRollbacks>();
        builder.Services.AddHostedService<LoadRollbacks>();
        builder.Services.AddHostedService<ScaleVariants>();
    }
}
