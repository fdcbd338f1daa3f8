using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

[JsonConverter(typeof(CamelCaseEnum<PeerKind>))]
public enum PeerKind
{
    Node,
    Router,
}

/// <summary>What a node may use: bytes of memory for loaded models, and processors.</summary>
public sealed record Capacity(long MemoryBytes, double Cpus);

/// <summary>
/// The first message. A peer that was here before shows its <paramref name="NodeKey"/>, a new one the join token.
/// <paramref name="Address"/> is the base URL under which routers reach it, <paramref name="GrpcAddress"/> the one for
/// gRPC (HTTP/2 with prior knowledge); null when it takes none.
/// </summary>
public sealed record Hello(
    int Protocol,
    PeerKind Kind,
    string Name,
    string Address,
    Capacity Capacity,
    string[] Runtimes,
    string Software,
    string? NodeKey = null,
    string? JoinToken = null,
    string? GrpcAddress = null) : UpMessage
{
    /// <summary>Never prints the secrets.</summary>
    public override string ToString() => $"hello from {Kind} {Name} at {Address}";
}

/// <summary>Each second; three missed ones mean the peer is lost.</summary>
/// <param name="CpusUsed">processors a node kept busy over the last seconds, on average; null when it does not know</param>
public sealed record Pulse(long MemoryUsedBytes, double? CpusUsed = null) : UpMessage;

[JsonConverter(typeof(CamelCaseEnum<PlacementState>))]
public enum PlacementState
{
    Pending,
    Fetching,
    Loading,
    Warming,
    Ready,
    Draining,
    Failed,
}

/// <summary>Why the last try to hold a version failed. <paramref name="Reason"/> is one word for programs.</summary>
public sealed record PlacementFailure(string Reason, string Message, DateTimeOffset At);

public sealed record PlacementItem(
    Guid VersionId,
    string Model,
    int Version,
    PlacementState State,
    long MemoryBytes,
    double LoadedMs,
    PlacementFailure? Failure = null);

/// <summary>All a node holds, as seen after applying assignments number <paramref name="Revision"/>.</summary>
public sealed record Placements(long Revision, PlacementItem[] Items) : UpMessage;

[JsonConverter(typeof(CamelCaseEnum<AppliedKind>))]
public enum AppliedKind
{
    Routes,
    Assignments,
    Access,
}

/// <summary>From now on the peer acts on this revision.</summary>
public sealed record Applied(AppliedKind Kind, long Revision, DateTimeOffset At) : UpMessage;

public sealed record Window(DateTimeOffset Start, double Seconds);

/// <summary>Requests that did not end with 2xx, by what the caller saw.</summary>
/// <param name="Refused">4xx: the caller's own fault</param>
/// <param name="Overloaded">429</param>
/// <param name="Unavailable">503, or no connection</param>
/// <param name="TimedOut">504</param>
/// <param name="Failed">any other 5xx, and answers cut short</param>
public sealed record Errors(long Refused, long Overloaded, long Unavailable, long TimedOut, long Failed)
{
    public static readonly Errors None = new(0, 0, 0, 0, 0);

    /// <summary>What the endpoint is to blame for; a caller's bad request is not.</summary>
    [JsonIgnore]
    public long OfEndpoint => Overloaded + Unavailable + TimedOut + Failed;

    [JsonIgnore]
    public long Total => Refused + OfEndpoint;

    public static Errors Plus(Errors one, Errors other) => new(
        one.Refused + other.Refused, one.Overloaded + other.Overloaded, one.Unavailable + other.Unavailable, one.TimedOut + other.TimedOut, one.Failed + other.Failed);
}

/// <summary>
/// One window of one variant on one node: <paramref name="Requests"/> counts all, errors included. Requests that found
/// no node stand under the node <see cref="Guid.Empty"/>.
/// </summary>
/// <param name="Outstanding">requests in work at the end of the window</param>
/// <param name="Dropped">copies for a shadow that were not sent, so that it costs the primary nothing</param>
public sealed record Measurement(
    Guid EndpointId,
    Guid VariantId,
    Guid VersionId,
    Guid NodeId,
    long Requests,
    Errors Errors,
    LatencySketch Latency,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Outstanding = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Dropped = 0);

/// <summary>What a router saw in one window. The same window sent twice counts once.</summary>
/// <param name="Held">for how many seconds it waited because the API was away, by a clock that is never set</param>
public sealed record Measurements(Window Window, Measurement[] Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double Held = 0) : UpMessage;
