namespace ModelHub.Api.Rollouts;

internal static class RolloutRegistration
{
    public static void AddRollouts(this WebApplicationBuilder builder) => builder.Services.AddSingleton<RecentTraffic>().AddSingleton<LoadMeter>().AddHostedService<WriteLoads>()
        .AddSingleton<WindowQueue>().AddHostedService<WriteWindows>();
}
