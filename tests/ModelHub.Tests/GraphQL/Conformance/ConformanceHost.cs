using ModelHub.GraphQL;

namespace ModelHub.Tests.GraphQL.Conformance;

/// <summary>The engine over the registry in memory, on a port of this machine.</summary>
public static class ConformanceHost
{
    public static async Task<WebApplication> StartAsync(int port, Action<GraphQLOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Services.AddGraphQL(configure)
            .AddType(typeof(IThing)).AddType(typeof(INamed)).AddType(typeof(ISearchResult)).AddType(typeof(Artifact))
            .AddType(typeof(Queries)).AddType(typeof(ModelFields)).AddType(typeof(Mutations)).AddType(typeof(Subscriptions));
        var app = builder.Build();
        app.UseWebSockets();
        app.MapGraphQL();
        app.MapGraphQLSchema();
        await app.StartAsync();
        return app;
    }
}
