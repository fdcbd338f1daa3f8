using ModelHub.Database;
using ModelHub.Hosting;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using ModelHub.Worker.Alerts;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Batches;
using ModelHub.Worker.Bundles;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data;
using ModelHub.Worker.Events;
using ModelHub.Worker.Experiments;
using ModelHub.Worker.Explanations;
using ModelHub.Worker.Health;
using ModelHub.Worker.Housekeeping;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Metrics;
using ModelHub.Worker.Models;
using ModelHub.Worker.Monitoring;
using ModelHub.Worker.Promotions;
using ModelHub.Worker.Rollouts;
using ModelHub.Worker.Shadows;
using ModelHub.Worker.Training;
using ModelHub.Worker.Webhooks;

namespace ModelHub.Worker;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() switch
    {
        ValidateVerb.Name => Task.FromResult(ValidateVerb.Run(args.AsSpan(1), Console.Out)),
        CompareVerb.Name => Task.FromResult(CompareVerb.Run(args.AsSpan(1), Console.Out)),
        AnswerVerb.Name => Task.FromResult(AnswerVerb.Run(args.AsSpan(1), Console.Out)),
        HealthVerb.Name => HealthVerb.RunAsync(args[1..], Configure.DefaultUrl),
        _ => HostSetup.ServeAsync(Create(args)),
    });

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var options = builder.AddConfiguration(args);
        builder.Services.AddModelHubDatabase(options.Database);
        builder.Services.AddSingleton<WorkerMeter>();
        builder.AddArtifacts();
        builder.AddJobs(options);
        builder.Services.AddWork<ProfileDataVersion>();
        builder.Services.AddWork<CompareDataVersions>();
        builder.AddModels(options);
        builder.AddBundles();
        builder.AddTraining();
        builder.AddExplanations();
        builder.AddBatches();
        builder.AddPromotions();
        builder.AddRollouts();
        builder.AddMonitoring();
        builder.AddShadows();
        builder.AddExperiments();
        builder.AddAlerts();
        builder.AddWebhooks(options);
        builder.Services.AddHostedService<SealLoop>();
        builder.Services.AddHostedService<Housekeep>();
        builder.Services.AddHostedService<SweepLost>();

        var app = builder.Build();
        app.MapHealth();
        return app;
    }
}
