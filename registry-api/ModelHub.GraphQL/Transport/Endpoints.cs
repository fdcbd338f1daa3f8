using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Transport;

namespace ModelHub.GraphQL;

public static class GraphQLEndpoints
{
    /// <summary>The endpoint: HTTP, server-sent events, and (with <c>app.UseWebSockets()</c>) graphql-transport-ws.</summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string pattern = "/graphql")
    {
        var http = endpoints.ServiceProvider.GetRequiredService<HttpTransport>();
        return endpoints.Map(pattern, http.HandleAsync).WithDisplayName("GraphQL");
    }

    /// <summary>What the page of <see cref="GraphQLOptions.IdeDirectory"/> asks for; the page itself is at the endpoint.</summary>
    public static IEndpointConventionBuilder MapGraphQLIde(this IEndpointRouteBuilder endpoints, string pattern = "/graphql/ide/{file}")
    {
        var ide = endpoints.ServiceProvider.GetRequiredService<HttpTransport>().Ide;
        return endpoints.MapGet(pattern, (HttpContext http, string file) => ide?.SendAsync(http, file) ?? NotFoundAsync(http)).WithDisplayName("GraphQL IDE");
    }

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>The schema as text.</summary>
    public static IEndpointConventionBuilder MapGraphQLSchema(this IEndpointRouteBuilder endpoints, string pattern = "/schema.graphql")
    {
        var text = new Lazy<string>(() => endpoints.ServiceProvider.GetRequiredService<GraphQLExecutor>().PrintSchema());
        return endpoints.MapGet(pattern, () => Results.Text(text.Value, "application/graphql; charset=utf-8")).WithDisplayName("GraphQL schema");
    }
}
