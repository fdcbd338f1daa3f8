using ModelHub.Hosting;
using ModelHub.Inference.Grpc;
using ModelHub.Protocol;
using ModelHub.Router.Admitting;
using ModelHub.Router.Comparing;
using ModelHub.Router.Control;
using ModelHub.Router.Exposing;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Grpc;
using ModelHub.Router.Measuring;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Predicting;
using ModelHub.Router.Recording;
using ModelHub.Router.Routing;
using ModelHub.Router.Sketching;
using ModelHub.Router.Wire;
using ModelHub.Sockets;

namespace ModelHub.Router;

/// <summary>What the parts of a router are made of and which addresses they answer.</summary>
internal static class Setup
{
    public static void AddOptions(this WebApplicationBuilder builder, string[] args)
    {
        var settings = builder.AddHosting(args, RouterOptions.DefaultUrl);
        builder.AddGrpcListener(settings, RouterOptions.DefaultUrl);
        var options = RouterOptions.Read(settings);
        builder.Services.AddSingleton(options);
        // With any of its levels on, the framework makes an activity and a log scope for each request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Nothing on a request's way blocks, so it may go on where its bytes came in.
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            // A call to the system less per request, for 4 KiB per idle connection.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Services.AddSockets(options.PolledSockets);
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
        services.AddSingleton(new Current<RoutingTable>(RoutingTable.Empty));
        services.AddSingleton<Door>();
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<NodeLinks>();
        services.AddSingleton<Unrest>();
        services.AddSingleton<Targets>();
        services.AddSingleton<Shadows>();
        services.AddSingleton<BuildTable>();
        services.AddSingleton<InForce>();
        services.AddSingleton<RouterKey>();
        services.AddSingleton<RouterAddress>();
        services.AddSingleton<RouterPeer>();
        services.AddSingleton<StayLinked>();
        services.AddSingleton<Losses>();
        services.AddSingleton<PlainWire>();
        services.AddSingleton<HandlerWire>();
        services.AddSingleton<HttpWire>();
        services.AddSingleton<MirrorWire>();
        services.AddSingleton<AskNodes>();
        services.AddSingleton<AskGrpc>();
        services.AddSingleton<GrpcForward>();
        services.AddSingleton<Admit>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Outliers>();
        services.AddSingleton<Forward>();
        services.AddSingleton<RouterDocuments>();
        services.AddSingleton<MetricsText>();
        services.AddHostedService(s => s.GetRequiredService<OpenConnections>());
        services.AddHostedService(s => s.GetRequiredService<StayLinked>());
        services.AddHostedService<EndTrials>();
        services.AddHostedService<ProbeNodes>();
        services.AddHostedService<SendWindows>();
        services.AddHostedService<SendComparisons>();
        services.AddSingleton<TrafficSketches>();
        services.AddHostedService<SendSketches>();
        services.AddHostedService<SpreadReading>();
        services.AddSingleton<SamplePredictions>();
        services.AddHostedService(s => s.GetRequiredService<SamplePredictions>());
        services.AddSingleton<TellExposures>();
        services.AddHostedService(s => s.GetRequiredService<TellExposures>());
        services.AddSingleton<LedgerTaps>();
        services.AddSingleton<RecordRequests>();
        services.AddHostedService(s => s.GetRequiredService<RecordRequests>());
        services.AddSingleton<Observe>();
    }

    public static void MapRoutes(this WebApplication app)
    {
        var forward = app.Services.GetRequiredService<Forward>();
        // Before the framework's routing, which allocates for each request.
        app.Use(next => context => RequestPath.TryRead(context.Request.Path.Value ?? "", context.Request.Method, out var path)
            ? forward.AnswerAsync(context, path)
            : next(context));
        app.UseRouting();
        app.MapPost(GrpcHeaders.Service + "{method}", app.Services.GetRequiredService<GrpcForward>().CallAsync);
        var documents = app.Services.GetRequiredService<RouterDocuments>();
        app.MapGet("/healthz/live", documents.LiveAsync);
        app.MapGet("/healthz/ready", documents.ReadyAsync);
        app.MapGet("/metrics", documents.MetricsAsync);
        app.MapGet("/{environment}/v2", documents.ServerAsync);
        app.MapGet("/{environment}/v2/health/live", documents.LiveAsync);
        app.MapGet("/{environment}/v2/health/ready", documents.ReadyAsync);
    }
}
