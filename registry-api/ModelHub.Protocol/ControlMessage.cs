using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

/// <summary>
/// What a node or a router tells the API over its control stream. The first message is <see cref="Hello"/>.
/// Every message is idempotent: sent twice it changes nothing the second time.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Pulse), "heartbeat")]
[JsonDerivedType(typeof(Placements), "placements")]
[JsonDerivedType(typeof(Applied), "applied")]
[JsonDerivedType(typeof(Measurements), "measurements")]
[JsonDerivedType(typeof(Comparison), "comparison")]
[JsonDerivedType(typeof(Predictions), "predictions")]
[JsonDerivedType(typeof(Exposures), "exposures")]
[JsonDerivedType(typeof(PredictionRecords), "prediction-records")]
[JsonDerivedType(typeof(Sketches), "sketches")]
public abstract record UpMessage;

/// <summary>
/// What the API tells a node or a router. Messages with a revision carry the whole state, never a change;
/// a receiver ignores a revision at or below the one it has.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Assignments), "assignments")]
[JsonDerivedType(typeof(Routes), "routes")]
[JsonDerivedType(typeof(Access), "access")]
[JsonDerivedType(typeof(Heartbeat), "heartbeat")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record DownMessage;
