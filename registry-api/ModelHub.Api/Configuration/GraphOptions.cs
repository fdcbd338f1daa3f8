using ModelHub.Hosting;

namespace ModelHub.Api.Configuration;

/// <summary>The GraphQL endpoint, settings below <c>GraphQL:</c>.</summary>
/// <param name="TrustedOnly">Only trusted documents run: those of the console and the command line, and those of <paramref name="Documents"/>.</param>
/// <param name="Documents">A folder of more trusted documents, each a file named <c>{sha256}.graphql</c>; for clients of one's own, and for other versions of ours.</param>
/// <param name="Introspection">Who may read the schema by queries.</param>
/// <param name="Ide">Browsers get the IDE at the endpoint.</param>
/// <param name="SlowerThan">Operations that take longer are written to the log; zero for none.</param>
internal sealed record GraphOptions(bool TrustedOnly, string? Documents, IntrospectionAccess Introspection, bool Ide, TimeSpan SlowerThan, GraphLimits Limits)
{
    public static GraphOptions Read(Settings settings) => new(
        TrustedOnly: settings.OneOf("GraphQL:TrustedDocuments", TrustedDocuments.Optional) == TrustedDocuments.Required,
        Documents: settings.OptionalFolder("GraphQL:DocumentsFolder"),
        Introspection: settings.OneOf("GraphQL:Introspection", IntrospectionAccess.Authenticated),
        Ide: settings.Switch("GraphQL:Ide", true),
        SlowerThan: TimeSpan.FromMilliseconds(settings.Number("GraphQL:SlowMilliseconds", 1000, 0, 3_600_000)),
        Limits: GraphLimits.Read(settings));
}

/// <summary>What one request, and one caller, may ask for; settings below <c>GraphQL:Limits:</c>.</summary>
/// <param name="BodyBytes">Of a request.</param>
/// <param name="BodyTime">For the whole body to arrive.</param>
/// <param name="Cost">Of the fields, and of the objects, of one operation.</param>
/// <param name="ExecutionTime">Of one operation.</param>
/// <param name="Executions">At the same time, of all callers; more wait a moment and are then turned away.</param>
/// <param name="SocketMessageBytes">Of one message of a client.</param>
/// <param name="OperationsPerSocket">At the same time.</param>
/// <param name="ConnectionsPerPrincipal">Sockets and event streams of one caller.</param>
/// <param name="ConnectionInitTime">From the opening of a socket to its first message.</param>
internal sealed record GraphLimits(
    int BodyBytes, TimeSpan BodyTime, int Depth, int Cost, TimeSpan ExecutionTime, int Executions,
    int SocketMessageBytes, int OperationsPerSocket, int ConnectionsPerPrincipal, TimeSpan ConnectionInitTime)
{
    public static GraphLimits Read(Settings settings)
    {
        return new GraphLimits(
            BodyBytes: Number("BodyBytes", 1 << 20, 1024, 64 << 20),
            BodyTime: TimeSpan.FromSeconds(Number("BodySeconds", 30, 1, 3600)),
            Depth: Number("Depth", 15, 1, 100),
            Cost: Number("Cost", 2000, 1, 1_000_000),
            ExecutionTime: TimeSpan.FromSeconds(Number("ExecutionSeconds", 10, 1, 3600)),
            Executions: Number("Executions", 64, 1, 10_000),
            SocketMessageBytes: Number("SocketMessageBytes", 1 << 20, 1024, 64 << 20),
            OperationsPerSocket: Number("OperationsPerSocket", 50, 1, 10_000),
            // Each browser session of a person's console holds a socket, for some minutes also after it was closed.
            ConnectionsPerPrincipal: Number("ConnectionsPerPrincipal", 50, 1, 100_000),
            ConnectionInitTime: TimeSpan.FromSeconds(Number("ConnectionInitSeconds", 10, 1, 600)));

        int Number(string key, int fallback, int min, int max) => (int)settings.Number("GraphQL:Limits:" + key, fallback, min, max);
    }

    public void Set(GraphQLLimits limits)
    {
        limits.MaxBodyBytes = BodyBytes;
        limits.BodyTimeout = BodyTime;
        limits.MaxDepth = Depth;
        limits.MaxCost = Cost;
        limits.ExecutionTimeout = ExecutionTime;
        limits.MaxConcurrentExecutions = Executions;
        limits.MaxSocketMessageBytes = SocketMessageBytes;
        limits.MaxOperationsPerSocket = OperationsPerSocket;
        limits.MaxConnectionsPerPrincipal = ConnectionsPerPrincipal;
        limits.ConnectionInitTimeout = ConnectionInitTime;
    }
}
