namespace ModelHub.Worker.Alerts;

internal static class AlertsSetup
{
    public static void AddAlerts(this WebApplicationBuilder builder) => builder.Services.AddHostedService<JudgeAlerts>();
}
