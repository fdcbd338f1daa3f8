using ModelHub.Database;
using ModelHub.Onnx.Validation;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data;
using ModelHub.Worker.Events;
using ModelHub.Worker.Health;
using ModelHub.Worker.Housekeeping;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Metrics;
using ModelHub.Worker.Models;
using ModelHub.Worker.Promotions;
using ModelHub.Worker.Rollouts;
using ModelHub.Worker.Training;

namespace ModelHub.Worker;

internal static class Program
{
    /// <summary>BSD's EX_USAGE: the command or its configuration is wrong.</summary>
    private const int WrongUsage = 64;

    public static async Task<int> Main(string[] args)
    {
        try
        {
            switch (args.FirstOrDefault())
            {
                case ValidateVerb.Name:
                    return ValidateVerb.Run(args.AsSpan(1), Console.Out);
                case "health":
                    return await HealthVerb.RunAsync(args[1..]);
                default:
                    await using (var app = Create(args))
                        await app.RunAsync();
                    return 0;
            }
        }
        catch (InvalidConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return WrongUsage;
        }
    }

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var options = builder.AddConfiguration(args);
        builder.Services.AddModelHubDatabase(options.Database);
        builder.Services.AddSingleton<WorkerMeter>();
        builder.AddArtifacts();
        builder.AddJobs(options);
        builder.Services.AddWork<ProfileDataVersion>();
        builder.AddModels(options);
        builder.AddTraining();
        builder.AddPromotions();
        builder.AddRollouts();
        builder.Services.AddHostedService<SealLoop>();
        builder.Services.AddHostedService<Housekeep>();

        var app = builder.Build();
        app.MapHealth();
        return app;
    }
}
