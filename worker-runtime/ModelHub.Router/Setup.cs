using ModelHub.Hosting;
using ModelHub.Protocol;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;
using ModelHub.Router.Routing;

namespace ModelHub.Router;

/// <summary>What the parts of a router are made of and which addresses they answer.</summary>
internal static class Setup
{
    public static void AddOptions(this WebApplicationBuilder builder, string[] args)
    {
        var options = RouterOptions.Read(builder.AddHosting(args, RouterOptions.DefaultUrl));
        builder.Services.AddSingleton(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // One byte more, so that the answer is ours.
            kestrel.Limits.MaxRequestBodySize = options.Bytes + 1L;
        });
    }

    public static void AddRouting(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(s => new LastState(Path.Combine(s.GetRequiredService<RouterOptions>().Data, "control")));
        services.AddSingleton<CurrentTable>();
        services.AddSingleton<Door>();
        services.AddSingleton<NodeLinks>();
        services.AddSingleton<Meters>();
        services.AddSingleton<InForce>();
        services.AddSingleton<RouterAddress>();
        services.AddSingleton<RouterPeer>();
        services.AddSingleton<NodeClient>();
        services.AddSingleton<TryNode>();
        services.AddSingleton<Forward>();
        services.AddSingleton<RouterDocuments>();
        services.AddSingleton<StayLinked>();
        services.AddHostedService(s => s.GetRequiredService<StayLinked>());
        services.AddHostedService<ProbeNodes>();
        services.AddHostedService<SendWindows>();
    }

    public static void MapRoutes(this WebApplication app)
    {
        var forward = app.Services.GetRequiredService<Forward>();
        var documents = app.Services.GetRequiredService<RouterDocuments>();
        app.MapGet("/healthz/live", documents.LiveAsync);
        app.MapGet("/healthz/ready", documents.ReadyAsync);
        app.MapGet("/metrics", documents.MetricsAsync);
        app.MapGet("/{environment}/v2", documents.ServerAsync);
        app.MapGet("/{environment}/v2/health/live", documents.LiveAsync);
        app.MapGet("/{environment}/v2/health/ready", documents.ReadyAsync);
        foreach (var model in new[] { "/{environment}/v2/models/{model}", "/{environment}/v2/models/{model}/versions/{version}" })
        {
            app.MapGet(model, forward.MetadataAsync);
            app.MapGet(model + "/ready", forward.ModelReadyAsync);
            app.MapPost(model + "/infer", forward.InferAsync);
        }
        app.MapPost("/{environment}/predict/{model}", forward.PredictAsync);
    }
}
