using ModelHub.Hosting;
using ModelHub.Inference.Grpc;
using ModelHub.Node.Access;
using ModelHub.Node.Artifacts;
using ModelHub.Node.Caching;
using ModelHub.Node.Control;
using ModelHub.Node.Explaining;
using ModelHub.Node.Grpc;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Runtimes.External;
using ModelHub.Node.Runtimes.Onnx;
using ModelHub.Node.Runtimes.Process;
using ModelHub.Node.Serving;
using ModelHub.Onnx;
using ModelHub.Onnx.Validation;
using ModelHub.Protocol;
using ModelHub.Sockets;

namespace ModelHub.Node;

/// <summary>What the parts of a node are made of and which addresses they answer.</summary>
internal static class Setup
{
    public static NodeOptions AddOptions(this WebApplicationBuilder builder, string[] args)
    {
        var settings = builder.AddHosting(args, NodeOptions.DefaultUrl);
        builder.AddGrpcListener(settings, NodeOptions.DefaultUrl, locally: true);
        var options = NodeOptions.Read(settings);
        builder.Services.AddSingleton(options);
        // With any of its levels on, the framework makes an activity and a log scope for each request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            // A call to the system less per request, for 4 KiB per idle connection.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Services.AddSockets(options.PolledSockets);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = options.Limits.BodyBytes;
        });
        OnnxRuntime.Load(options.OnnxRuntime);
        return options;
    }

    public static void AddServing(this WebApplicationBuilder builder, NodeOptions options)
    {
        var services = builder.Services;
        services.AddSingleton<Door>();
        services.AddSingleton<LoadedModels>();
        services.AddSingleton<IRuntime, OnnxVersions>();
        services.AddSingleton<IRuntime, ExternalVersions>();
        if (options.Python is not null)
            services.AddSingleton<IRuntime, PythonVersions>().AddSingleton<IRuntime, CommandVersions>();
        services.AddSingleton<RuntimeTable>();
        services.AddSingleton<VersionLoader>();
        services.AddSingleton<Holdings>();
        services.AddHostedService(s => s.GetRequiredService<Holdings>());
        services.AddSingleton<Admission>();
        services.AddSingleton<ReadRequest>();
        services.AddSingleton<RunRequest>();
        services.AddSingleton<WakeForRequest>();
        services.AddSingleton(s => new AnswerCache(options.CacheBytes, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<InferEndpoint>();
        services.AddSingleton<ExplainQueue>();
        services.AddSingleton<ExplainEndpoint>();
        services.AddSingleton<ModelDocuments>();
        services.AddSingleton<ModelInfer>();
        services.AddSingleton<GrpcDocuments>();
        services.AddSingleton<GrpcRepository>();
        services.AddSingleton<GrpcService>();
        services.AddSingleton<StatisticsDocument>();
        services.AddSingleton<Repository>();
        services.AddSingleton<Metrics>();
        services.AddSingleton(new ValidationProcess(ValidationCommand.Of(typeof(Program).Assembly)));
        services.AddSingleton(s =>
        {
            // The cache gives up whoever is silent; how long a whole artifact takes nobody can say.
            var client = new HttpClient { BaseAddress = options.Api, Timeout = Timeout.InfiniteTimeSpan };
            return new ArtifactCache(
                Path.Combine(options.Data, "artifacts"), client, () => s.GetRequiredService<NodePeer>().Key, options.Memory, options.FetchSilence, s.GetRequiredService<ILogger<ArtifactCache>>());
        });
    }

    public static void AddControl(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(s => new LastState(Path.Combine(s.GetRequiredService<NodeOptions>().Data, "control")));
        services.AddSingleton<NodeAddress>();
        services.AddSingleton<NodePeer>();
        services.AddSingleton<StayLinked>();
        services.AddHostedService(s => s.GetRequiredService<StayLinked>());
    }

    public static void MapServing(this WebApplication app)
    {
        var infer = app.Services.GetRequiredService<InferEndpoint>();
        var explain = app.Services.GetRequiredService<ExplainEndpoint>();
        var documents = app.Services.GetRequiredService<ModelDocuments>();
        var statistics = app.Services.GetRequiredService<StatisticsDocument>();
        var repository = app.Services.GetRequiredService<Repository>();
        app.Use(EchoRequestId.Before);
        app.Use(infer.Directly);
        app.UseRouting();
        app.MapGet("/v2", documents.ServerAsync);
        app.MapGet("/v2/health/live", documents.LiveAsync);
        app.MapGet("/v2/health/ready", documents.ReadyAsync);
        app.MapGet("/healthz/live", documents.LiveAsync);
        app.MapGet("/healthz/ready", documents.ReadyAsync);
        app.MapGet("/metrics", app.Services.GetRequiredService<Metrics>().WriteAsync);
        foreach (var model in new[] { "/v2/models/{model}", "/v2/models/{model}/versions/{version}" })
        {
            app.MapGet(model, documents.MetadataAsync);
            app.MapGet(model + "/ready", documents.ModelReadyAsync);
            app.MapGet(model + "/stats", statistics.WriteAsync);
            app.MapPost(model + "/infer", infer.InferAsync);
            app.MapPost(model + "/explain", explain.ExplainAsync);
        }
        app.MapGet("/v2/models/stats", statistics.WriteAsync);
        app.MapPost("/v2/repository/index", repository.IndexAsync);
        foreach (var model in new[] { "/v2/repository/models/{model}", "/v2/repository/models/{model}/versions/{version}" })
        {
            app.MapPost(model + "/load", repository.LoadAsync);
            app.MapPost(model + "/unload", repository.UnloadAsync);
        }
        app.MapPost(GrpcHeaders.Service + "{method}", app.Services.GetRequiredService<GrpcService>().CallAsync);
        app.MapPost("/predict/{model}", infer.PredictAsync);
        app.MapPost("/predict/{model}/versions/{version}", infer.PredictAsync);
    }
}
