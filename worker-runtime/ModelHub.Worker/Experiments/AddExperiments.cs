namespace ModelHub.Worker.Experiments;

internal static class ExperimentsSetup
{
    public static void AddExperiments(this WebApplicationBuilder builder) => builder.Services.AddHostedService<AdvanceExperiments>();
}
