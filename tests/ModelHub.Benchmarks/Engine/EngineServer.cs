using ModelHub.GraphQL;

namespace ModelHub.Benchmarks.Engine;

/// <summary>Servers of the comparison: each listens on loopback until it is ended.</summary>
internal static class EngineServer
{
    public const string Verb = "serve-graphql";

    /// <summary>The engine, with values that are at hand.</summary>
    public const string Engine = "engine";

    /// <summary>The engine, with a task at every object field.</summary>
    public const string EngineTasks = "engine-tasks";

    /// <summary>No GraphQL at all.</summary>
    public const string Floor = "floor";

    public static async Task<int> RunAsync(string kind, string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        if (kind != Floor)
            builder.Services.AddCatalog(tasks: kind == EngineTasks);
        await using var app = builder.Build();
        if (kind == Floor)
            app.MapPost("/graphql", HandWritten.AnswerAsync);
        else
            app.MapGraphQL();
        app.MapGet("/ready", () => "ready");
        await app.RunAsync();
        return 0;
    }

    /// <summary>The engine over the catalogue; <paramref name="tasks"/> gives every object field a task.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, bool tasks)
    {
        Type[] types = tasks ? [typeof(TaskQueries), typeof(ModelTasks)] : [typeof(CatalogQueries), typeof(ModelFields)];
        // A page of a thousand is beyond what the registry allows anybody.
        var graph = services.AddGraphQL(options => options.Limits.MaxCost = 10_000);
        foreach (var type in types)
            graph.AddType(type);
        return services;
    }
}
