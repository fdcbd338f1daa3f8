using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Explanations;

internal static class ExplanationsSetup
{
    public static void AddExplanations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PredictRows>();
        builder.Services.AddSingleton<PermuteColumns>();
        builder.Services.AddWork<MeasureImportance>();
    }
}
