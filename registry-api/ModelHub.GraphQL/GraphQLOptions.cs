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
    public GraphQLLimits Limits { get; set; } = new();

    public IntrospectionAccess Introspection { get; set; } = IntrospectionAccess.Everyone;

    /// <summary>Anonymous requests get 401, anonymous sockets are closed with 4403.</summary>
    public bool RequireAuthenticated { get; set; }

    /// <summary>The policy of fields that name none, whose type names none, and that are not open to everyone; of roots and of types below.</summary>
    public string? DefaultPolicy { get; set; }

    /// <summary>A field without a policy stops the start, be it of a root or of a type below.</summary>
    public bool RequirePolicies { get; set; }

    /// <summary>Validation errors answer 422 instead of 400 (for <c>application/graphql-response+json</c>).</summary>
    public bool UnprocessableForValidation { get; set; }

    /// <summary>The description of the schema.</summary>
    public string? SchemaDescription { get; set; }

    /// <summary>
    /// What names mean: the descriptions of types, fields, arguments and enum values that have none of their own, by
    /// name (<c>createdAt</c>, <c>Role</c>) or by type and name (<c>Role.ADMIN</c>), which goes first.
    /// </summary>
    public IReadOnlyDictionary<string, string> Words { get; set; } = new Dictionary<string, string>();

    /// <summary>Directories of <c>{sha256}.graphql</c> files, at any depth, that can be run by id. They are checked and planned at start.</summary>
    public IList<string> TrustedDocumentDirectories { get; } = [];

    public TrustedDocuments TrustedDocuments { get; set; }

    /// <summary>The files of an IDE, which a browser gets at the endpoint's address; null for none.</summary>
    public string? IdeDirectory { get; set; }

    /// <summary>Operations that take longer are written to the log, without values; zero for none.</summary>
    public TimeSpan SlowerThan { get; set; }

    /// <summary>Turns an exception of a resolver into an error; null leaves the fixed message.</summary>
    public Func<Exception, GraphQLError?>? OnException { get; set; }

    /// <summary>
    /// Signs in a socket by the payload of <c>connection_init</c>; null refuses it. By default
    /// <c>{"authorization": "Bearer …"}</c> goes through the host's authentication.
    /// </summary>
    public Func<HttpContext, JsonElement, ValueTask<ClaimsPrincipal?>>? AuthenticateSocket { get; set; }
}
