using ModelHub.GraphQL;

namespace ModelHub.Benchmarks.Engine;

/// <summary>Servers of the comparison: each listens on loopback, says its process id, and runs until it is ended.</summary>
internal static class EngineServer
{
    public const string Verb = "serve-graphql";

    /// <summary><paramref name="kind"/>: <c>engine</c>, <c>engine-tasks</c> or <c>floor</c>.</summary>
    public static async Task<int> RunAsync(string kind, string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        if (kind != "floor")
            builder.Services.AddCatalog(tasks: kind == "engine-tasks");
        await using var app = builder.Build();
        if (kind == "floor")
            app.MapPost("/graphql", Floor.AnswerAsync);
        else
            app.MapGraphQL();
        await app.StartAsync();
        Console.WriteLine($"ready pid {Environment.ProcessId}");
        await app.WaitForShutdownAsync();
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
