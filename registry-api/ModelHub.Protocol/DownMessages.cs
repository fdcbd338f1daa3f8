using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

/// <summary>
/// The answer to hello. <paramref name="Key"/> is sent once, when the peer joined by token: it keeps it on disk
/// and shows it from then on, to the API and, if it is a router, to nodes.
/// </summary>
public sealed record Welcome(Guid Id, string? Key = null) : DownMessage
{
    public override string ToString() => $"welcome {Id}";
}

/// <summary>One version a node shall hold. <paramref name="Digest"/> is <c>sha256:</c> and 64 hex digits.</summary>
public sealed record Assignment(
    Guid VersionId,
    string Model,
    int Version,
    string Digest,
    long Size,
    string Format,
    string Runtime,
    string Name);

/// <summary>All the versions a node shall hold; what is not listed is drained and unloaded.</summary>
public sealed record Assignments(long Revision, Assignment[] Items) : DownMessage;

[JsonConverter(typeof(CamelCaseEnum<VariantRole>))]
public enum VariantRole
{
    Primary,
    Canary,
    Shadow,
    Arm,
}

/// <summary>Where routers reach a node; <paramref name="GrpcAddress"/> takes HTTP/2 with prior knowledge and is null when the node has no gRPC.</summary>
public sealed record RouteNode(Guid NodeId, string Address, string? GrpcAddress = null);

/// <summary>One version under an endpoint, with the nodes that are ready to answer for it.</summary>
/// <param name="Weight">share of the traffic relative to the other variants; 0 takes none</param>
public sealed record RouteVariant(
    Guid VariantId,
    Guid VersionId,
    int Version,
    VariantRole Role,
    double Weight,
    RouteNode[] Nodes);

public sealed record RouteEndpoint(Guid EndpointId, string Environment, string Model, RouteVariant[] Variants);

/// <summary>The whole routing table.</summary>
public sealed record Routes(long Revision, RouteEndpoint[] Endpoints) : DownMessage;

/// <summary>Models under <paramref name="Namespace"/> (<c>*</c> or a prefix such as <c>risk</c>) in one environment, or in <c>*</c>.</summary>
public sealed record Grant(string Namespace, string Environment);

/// <summary>A key that may infer. <paramref name="Hash"/> is the SHA-256 of the whole token in lower-case hex.</summary>
public sealed record AccessKey(string Id, string Hash, Grant[] Grants, DateTimeOffset? ExpiresAt = null);

/// <summary>All keys that may call; who is not listed gets 401.</summary>
public sealed record Access(long Revision, AccessKey[] Keys) : DownMessage;

public sealed record Heartbeat : DownMessage;

/// <summary>The API will not talk to this peer; it closes the stream after this.</summary>
public sealed record Refused(string Reason) : DownMessage;
