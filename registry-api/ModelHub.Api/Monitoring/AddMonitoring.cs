namespace ModelHub.Api.Monitoring;

internal static class MonitoringRegistration
{
    public static void AddMonitoring(this WebApplicationBuilder builder) => builder.Services.AddSingleton<SketchQueue>().AddHostedService<StoreSketches>();
}
