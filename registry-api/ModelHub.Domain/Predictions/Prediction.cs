using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Domain.Predictions;

public readonly record struct PredictionId(Guid Value) : IId<PredictionId>
{
    public static PredictionId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static PredictionId From(Guid value) => new(value);
}

/// <summary>What became of a request, as its caller saw it.</summary>
public enum PredictionOutcome
{
    /// <summary>2xx.</summary>
    Answered,

    /// <summary>4xx: the caller's own fault.</summary>
    Refused,

    /// <summary>429.</summary>
    Overloaded,

    /// <summary>503, or no connection.</summary>
    Unavailable,

    /// <summary>504.</summary>
    TimedOut,

    /// <summary>Any other 5xx, and answers cut short.</summary>
    Failed,
}

/// <summary>One request that a router took into the ledger, and its answer. Written by COPY and never changed.</summary>
public sealed class Prediction
{
    /// <summary>Rows of one request that are kept; a request with more is kept without them.</summary>
    public const int MostRows = 1_000;

    private Prediction()
    {
    }

    public PredictionId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public VariantId VariantId { get; private set; }

    public VersionId VersionId { get; private set; }

    public Version Version { get; private set; } = null!;

    public RouterId RouterId { get; private set; }

    /// <summary>The caller's own, or the router's: what labels name.</summary>
    public string RequestId { get; private set; } = "";

    /// <summary>When the router began with it.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>From the end of the request to the answer, in milliseconds.</summary>
    public double LatencyMs { get; private set; }

    /// <summary>The HTTP status that the caller got.</summary>
    public int Status { get; private set; }

    public PredictionOutcome Outcome { get; private set; }

    /// <summary>How many rows it asks for; each has its own label.</summary>
    public int Rows { get; private set; }

    /// <summary>A JSON list with one object of named inputs per row, without what is redacted; null when left out, see <see cref="Omitted"/>.</summary>
    public string? Inputs { get; private set; }

    /// <summary>A JSON list with one object of named outputs per row; null without an answer, or when left out.</summary>
    public string? Outputs { get; private set; }

    /// <summary>Why inputs or outputs are missing; null when nothing is.</summary>
    public string? Omitted { get; private set; }
}
