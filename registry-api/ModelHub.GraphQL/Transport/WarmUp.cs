using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Transport;

/// <summary>Builds the schema when the host starts, so that a fault stops it, plans the stored documents, and runs the machinery once.</summary>
internal sealed class WarmUp(IServiceProvider services) : IHostedService
{
    private const string Query = "{ __schema { queryType { name } types { kind name fields(includeDeprecated: true) { name type { name ofType { name } } } } } }";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var engine = services.GetRequiredService<GraphQLEngine>();
        engine.PlanStored();
        var somebody = new ClaimsPrincipal(new ClaimsIdentity("warm-up"));
        var (operation, _) = engine.Prepare(new GraphQLRequest(Query), somebody, _ => true);
        if (operation is null)
            return;
        await using var scope = services.CreateAsyncScope();
        using var answer = await engine.RunAsync(operation, new RunContext(scope.ServiceProvider, somebody, null), null, false, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
