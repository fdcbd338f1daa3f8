using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Process;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Training;

internal static class TrainingSetup
{
    public static void AddTraining(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ITrainer, BuiltInTrainer>();
        builder.Services.AddSingleton<ITrainer, ProcessTrainer>();
        builder.Services.AddSingleton<TrainingRuns>();
        builder.Services.AddWork<RunTraining>();
    }
}
