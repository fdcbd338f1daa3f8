using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Transport;

/// <summary>Queries and mutations of all transports wait their turn at the engine's places.</summary>
internal static class Turns
{
    public static readonly GraphQLError Overloaded = new("Too many operations run at once; try again later.", "OVERLOADED");

    /// <summary>The answer; null when too many wait or no place became free in time. The place is given back before anything is sent, so that a slow client holds none.</summary>
    public static async ValueTask<ResponseWriter?> TryRunAsync(this GraphQLEngine engine, PreparedOperation operation, RunContext context, bool reportCost, CancellationToken ct)
    {
        if (!await engine.TryEnterAsync(ct))
            return null;
        try
        {
            return await engine.RunAsync(operation, context, null, reportCost, ct);
        }
        finally
        {
            engine.Leave();
        }
    }
}
