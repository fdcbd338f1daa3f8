namespace ModelHub.Worker.Monitoring;

internal static class MonitoringSetup
{
    public static void AddMonitoring(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TrainedPredictions>();
        builder.Services.AddSingleton<ObserveWindow>();
        builder.Services.AddHostedService<JudgeWindows>();
    }
}
