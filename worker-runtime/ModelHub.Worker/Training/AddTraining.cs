using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Evaluating;
using ModelHub.Worker.Training.Process;
using ModelHub.Worker.Training.Retraining;
using ModelHub.Worker.Training.Search;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Training;

internal static class TrainingSetup
{
    public static void AddTraining(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ITrainer, BuiltInTrainer>();
        builder.Services.AddSingleton<ITrainer, ProcessTrainer>();
        builder.Services.AddSingleton<TrainingRuns>();
        builder.Services.AddSingleton<SearchTrials>();
        builder.Services.AddSingleton<UnpackTables>();
        builder.Services.AddSingleton<TrainingRows>();
        builder.Services.AddSingleton<TrainingFiles>();
        builder.Services.AddSingleton<FreezeLedger>();
        builder.Services.AddSingleton<AskRows>();
        builder.Services.AddSingleton<ScoreRows>();
        builder.Services.AddSingleton<EvaluateChallenger>();
        builder.Services.AddWork<RunTraining>();
        builder.Services.AddWork<RunTrial>();
        builder.Services.AddWork<FreezeByHand>();
        builder.Services.AddHostedService<RetrainPipelines>();
        builder.Services.AddHostedService<RequestPromotions>();
    }
}
