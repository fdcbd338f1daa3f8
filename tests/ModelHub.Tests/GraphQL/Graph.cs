using System.Security.Claims;
using System.Text.Json;
using ModelHub.GraphQL;

namespace ModelHub.Tests.GraphQL;

/// <summary>The engine over the types of a test, without a transport.</summary>
internal sealed class Graph : IAsyncDisposable
{
    public static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private readonly ServiceProvider services;

    private Graph(ServiceProvider services) => this.services = services;

    public GraphQLExecutor Executor => services.GetRequiredService<GraphQLExecutor>();

    public static Graph Of(Type[] types, Action<GraphQLOptions>? options = null, Action<GraphQLBuilder>? more = null)
    {
        var collection = new ServiceCollection();
        var builder = collection.AddGraphQL(options);
        foreach (var type in types)
            builder.AddType(type);
        more?.Invoke(builder);
        return new Graph(collection.BuildServiceProvider());
    }

    public static ClaimsPrincipal User(params string[] roles) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada"), .. roles.Select(r => new Claim(ClaimTypes.Role, r))], "test"));

    public async Task<JsonElement> Run(string query, object? variables = null, ClaimsPrincipal? user = null, string? operation = null)
    {
        await using var scope = services.CreateAsyncScope();
        var given = variables is null ? default : JsonSerializer.SerializeToElement(variables);
        var answer = await Executor.ExecuteAsync(new GraphQLRequest(query, operation, given), scope.ServiceProvider, user ?? Nobody, Xunit.TestContext.Current.CancellationToken);
        return JsonDocument.Parse(answer).RootElement;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

internal static class AnswerExtensions
{
    public static JsonElement Data(this JsonElement answer) =>
        answer.TryGetProperty("errors", out var errors) ? throw new InvalidOperationException(errors.GetRawText()) : answer.GetProperty("data");

    public static JsonElement At(this JsonElement element, string path) => path.Split('.').Aggregate(element, (at, name) => int.TryParse(name, out var i) ? at[i] : at.GetProperty(name));

    public static string[] Codes(this JsonElement answer) =>
        answer.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(e => e.At("extensions.code").GetString()!)] : [];

    public static string Message(this JsonElement answer) => answer.At("errors.0.message").GetString()!;
}
