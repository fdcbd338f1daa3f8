using System.Security.Claims;

namespace ModelHub.GraphQL;

/// <summary>What a resolver may ask about the request; injected by type, like its parts.</summary>
public abstract class ResolverContext
{
    /// <summary>The request's services.</summary>
    public abstract IServiceProvider Services { get; }

    public abstract ClaimsPrincipal User { get; }

    /// <summary>Ends with the client's connection, the time limit or the end of the subscription.</summary>
    public abstract CancellationToken RequestAborted { get; }

    /// <summary>The client selected the field (by schema name, dots reach inside: <c>"owner.name"</c>) below this one.</summary>
    public abstract bool IsSelected(string field);

    /// <summary>Adds an error without failing the field.</summary>
    public abstract void ReportError(GraphQLError error);
}
