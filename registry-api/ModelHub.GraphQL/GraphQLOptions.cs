using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ModelHub.GraphQL;

/// <summary>Who may read the schema by introspection; suggestions in messages go with it.</summary>
public enum IntrospectionAccess
{
    Everyone,
    Authenticated,
    Nobody,
}

/// <summary>Whether a stored document is needed.</summary>
public enum TrustedDocuments
{
    /// <summary>Any document runs; stored ones also by id.</summary>
    Optional,

    /// <summary>Only stored documents run.</summary>
    Required,
}

/// <summary>Everything about the engine that a host may set.</summary>
public sealed class GraphQLOptions
{
    public GraphQLLimits Limits { get; } = new();

    public IntrospectionAccess Introspection { get; set; } = IntrospectionAccess.Everyone;

    /// <summary>Anonymous requests get 401, anonymous sockets are closed with 4403.</summary>
    public bool RequireAuthenticated { get; set; }

    /// <summary>The policy of root fields that name none and are not open to everyone.</summary>
    public string? DefaultPolicy { get; set; }

    /// <summary>A root field without a policy stops the start.</summary>
    public bool RequirePolicies { get; set; }

    /// <summary>Validation errors answer 422 instead of 400 (for <c>application/graphql-response+json</c>).</summary>
    public bool UnprocessableForValidation { get; set; }

    /// <summary>The description of the schema.</summary>
    public string? SchemaDescription { get; set; }

    /// <summary>A directory of <c>{sha256}.graphql</c> files that can be run by id.</summary>
    public string? TrustedDocumentDirectory { get; set; }

    public TrustedDocuments TrustedDocuments { get; set; }

    /// <summary>Turns an exception of a resolver into an error; null leaves the fixed message.</summary>
    public Func<Exception, GraphQLError?>? OnException { get; set; }

    /// <summary>
    /// Signs in a socket by the payload of <c>connection_init</c>; null refuses it. By default
    /// <c>{"authorization": "Bearer …"}</c> goes through the host's authentication.
    /// </summary>
    public Func<HttpContext, JsonElement, ValueTask<ClaimsPrincipal?>>? AuthenticateSocket { get; set; }
}

/// <summary>What a request may ask for. Every limit answers with an error that names it.</summary>
public sealed class GraphQLLimits
{
    /// <summary>Bytes of a request's body and of a socket message.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Characters of a document.</summary>
    public int MaxDocumentLength { get; set; } = 256 * 1024;

    public int MaxTokens { get; set; } = 20_000;

    /// <summary>Nesting the parser accepts, of anything.</summary>
    public int MaxParserDepth { get; set; } = 200;

    /// <summary>Nesting of fields, introspection aside.</summary>
    public int MaxDepth { get; set; } = 15;

    public int MaxIntrospectionLists { get; set; } = 2;

    public int MaxIntrospectionDepth { get; set; } = 24;

    public int MaxDirectivesPerLocation { get; set; } = 4;

    public int MaxFragmentVisits { get; set; } = 1000;

    public int MaxMergeComparisons { get; set; } = 100_000;

    public int MaxValidationErrors { get; set; } = 5;

    public int MaxErrors { get; set; } = 20;

    /// <summary>Fields of a plan, fragments expanded.</summary>
    public int MaxFields { get; set; } = 500;

    public int MaxRootFields { get; set; } = 100;

    public int MaxVariables { get; set; } = 100;

    /// <summary>Values (list items, object fields) in one argument or variable.</summary>
    public int MaxInputValues { get; set; } = 20_000;

    public int MaxFilterNodes { get; set; } = 50;

    public int MaxFilterDepth { get; set; } = 5;

    public double MaxCost { get; set; } = 2000;

    public int MaxPageSize { get; set; } = 100;

    public int MaxNodes { get; set; } = 50;

    public int MaxResponseBytes { get; set; } = 16 << 20;

    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public int MaxConcurrentExecutions { get; set; } = 64;

    /// <summary>Resolvers of one request that hold a database context at the same time.</summary>
    public int MaxDatabaseResolvers { get; set; } = 4;

    public int MaxOperationsPerSocket { get; set; } = 50;

    public int MaxSocketsPerPrincipal { get; set; } = 5;

    public TimeSpan ConnectionInitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    public int MaxCachedPlans { get; set; } = 1000;

    public long MaxCachedPlanBytes { get; set; } = 32 << 20;
}
