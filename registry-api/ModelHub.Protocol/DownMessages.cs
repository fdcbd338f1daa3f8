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

/// <param name="Datatype">of the Open Inference Protocol V2</param>
/// <param name="Shape">-1 where any size may come</param>
public sealed record SignaturePort(string Name, string Datatype, long[] Shape, string[]? Labels = null);

/// <summary>What the registry knows of a version that cannot tell its inputs and outputs without being run.</summary>
public sealed record ModelSignature(SignaturePort[] Inputs, SignaturePort[] Outputs);

/// <summary>The values one field took in the data a version was made from.</summary>
/// <param name="Min">the smallest number; null when the field holds none</param>
/// <param name="Numbers">some numbers from all over its range, to try the version with</param>
/// <param name="Texts">its texts, the most frequent first</param>
/// <param name="AreAll">whether it had no other texts than <paramref name="Texts"/></param>
/// <param name="Sample">its values in some rows of the data, as text, the same rows for each field; null where a row has none</param>
public sealed record FieldProfile(
    string Name,
    double? Min = null,
    double? Max = null,
    double[]? Numbers = null,
    string[]? Texts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool AreAll = false,
    string?[]? Sample = null);

/// <summary>What becomes of named fields whose values the version has not seen in its data.</summary>
[JsonConverter(typeof(CamelCaseEnum<OutOfRange>))]
public enum OutOfRange
{
    /// <summary>They are not looked for.</summary>
    Ignore,

    /// <summary>The request is answered, and the answer names the fields.</summary>
    Flag,

    /// <summary>The request is answered with 400.</summary>
    Refuse,
}

/// <summary>Answers are kept and given again for the same inputs.</summary>
/// <param name="Seconds">for so long; null: until the room is needed or the version is unloaded</param>
public sealed record CacheRule(int? Seconds = null);

/// <summary>What the endpoint in one environment asks of the nodes that answer for it. Routers name the environment to them.</summary>
/// <param name="Cache">null: every request is run</param>
public sealed record NodeRules(string Environment, CacheRule? Cache = null, OutOfRange OutOfRange = OutOfRange.Ignore);

/// <summary>One version a node shall hold. <paramref name="Digest"/> is <c>sha256:</c> and 64 hex digits.</summary>
/// <param name="Signature">null for a format whose artifact tells it</param>
/// <param name="Fields">null when nothing is known of the data it was made from</param>
/// <param name="Rules">of the endpoints it is held for that have any; null for none</param>
public sealed record Assignment(
    Guid VersionId,
    string Model,
    int Version,
    string Digest,
    long Size,
    string Format,
    string Runtime,
    string Name,
    ModelSignature? Signature = null,
    OptimisedArtifact? Optimised = null,
    FieldProfile[]? Fields = null,
    NodeRules[]? Rules = null);

/// <summary>The same ONNX model as it was simplified at registration: loaded instead when the node's runtime can.</summary>
public sealed record OptimisedArtifact(string Digest, long Size);

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

/// <summary>
/// How a shadow's answers are compared with the primary's: numbers are the same within <paramref name="Absolute"/> +
/// <paramref name="Relative"/> · max(|a|, |b|); counted by the values of the input column <paramref name="Segment"/>; the values
/// of fields in <paramref name="Redacted"/> are not kept.
/// </summary>
public sealed record RouteComparison(double Absolute, double Relative, string? Segment = null, string[]? Redacted = null);

/// <summary>One version under an endpoint, with the nodes that are ready to answer for it.</summary>
/// <param name="Weight">share of the traffic relative to the other variants; 0 takes none</param>
/// <param name="MirrorPercent">for a shadow: the share of the endpoint's requests that it gets a copy of</param>
/// <param name="Compare">null: what a shadow answers is thrown away</param>
/// <param name="Sketch">null: nobody judges its traffic</param>
public sealed record RouteVariant(
    Guid VariantId,
    Guid VersionId,
    int Version,
    VariantRole Role,
    double Weight,
    RouteNode[] Nodes,
    double? MirrorPercent = null,
    RouteComparison? Compare = null,
    RouteSketch? Sketch = null);

[JsonConverter(typeof(CamelCaseEnum<StickySource>))]
public enum StickySource
{
    /// <summary>A header of the request.</summary>
    Header,

    /// <summary>A V2 request's parameter, or a field of the first row given to <c>/predict</c>.</summary>
    Field,

    /// <summary>A cookie of the request.</summary>
    Cookie,
}

/// <summary>Requests with the same value under <paramref name="Name"/> get the same variant.</summary>
public sealed record StickyKey(StickySource Source, string Name);

/// <summary>At most <paramref name="PerSecond"/> requests in the long run, and <paramref name="Burst"/> at once; each router counts for itself.</summary>
public sealed record RateLimit(double PerSecond, int Burst);

/// <summary>How an endpoint's requests are dealt with beyond the weights of its variants.</summary>
/// <param name="CanaryFallsBack">a request that a canary fails is answered by the primary</param>
/// <param name="HoldMilliseconds">how long a request waits for a node when none is ready, as when scaled to zero</param>
/// <param name="NodesHaveRules">whether nodes must be told for which environment they answer, see <see cref="NodeRules"/></param>
public sealed record TrafficRules(
    StickyKey? Sticky = null,
    bool CanaryFallsBack = false,
    RateLimit? Limit = null,
    int HoldMilliseconds = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool NodesHaveRules = false);

/// <summary>What an answer is worth in an experiment: the mean of <paramref name="Output"/> over its rows, or the share of them taken for <paramref name="Class"/>.</summary>
public sealed record RouteMetric(string Output, string? Class = null);

/// <summary>
/// The variants with a weight are the arms of an experiment: each key gets one of them and is told the first time. Requests without a
/// key are the primary's.
/// </summary>
/// <param name="Key">told apart by this, whatever <see cref="TrafficRules"/> say</param>
/// <param name="Salt">of <see cref="UnitHash"/></param>
/// <param name="Metric">null: answers are not looked at</param>
public sealed record RouteExperiment(Guid Id, StickyKey Key, byte[] Salt, RouteMetric? Metric = null)
{
    /// <summary>Never prints the salt.</summary>
    public override string ToString() => $"experiment {Id}";
}

/// <param name="Ledger">null: its requests are not told one by one</param>
public sealed record RouteEndpoint(
    Guid EndpointId, string Environment, string Model, RouteVariant[] Variants, TrafficRules? Traffic = null, RouteExperiment? Experiment = null, RouteLedger? Ledger = null);

/// <summary>The whole routing table.</summary>
public sealed record Routes(long Revision, RouteEndpoint[] Endpoints) : DownMessage;

/// <summary>Models under <paramref name="Namespace"/> (<c>*</c> or a prefix such as <c>risk</c>) in one environment, or in <c>*</c>.</summary>
/// <param name="Operates">may choose the version that answers, past weights and mirrors</param>
public sealed record Grant(
    string Namespace, string Environment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Operates = false);

/// <summary>A key that may infer. <paramref name="Hash"/> is the SHA-256 of the whole token in lower-case hex.</summary>
public sealed record AccessKey(string Id, string Hash, Grant[] Grants, DateTimeOffset? ExpiresAt = null, RateLimit? Limit = null);

/// <summary>All keys that may call; who is not listed gets 401.</summary>
public sealed record Access(long Revision, AccessKey[] Keys) : DownMessage;

/// <param name="Blind">the API cannot reach its database: what it is told waits, and nobody judges what is tried out</param>
public sealed record Heartbeat([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Blind = false) : DownMessage;

/// <summary>The API will not talk to this peer; it closes the stream after this.</summary>
public sealed record Refused(string Reason) : DownMessage;
