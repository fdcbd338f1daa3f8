namespace ModelHub.Node.Runtimes;

internal enum RunFault
{
    /// <summary>The model does not work on this input, which fits its signature: 422.</summary>
    Failed,

    /// <summary>Stopped at its limit: 504.</summary>
    TimedOut,

    /// <summary>What runs the model takes no more requests now: 429.</summary>
    Overloaded,

    /// <summary>What runs the model is gone for the moment: 503.</summary>
    Unavailable,

    /// <summary>It answers requests and is left alone: 409.</summary>
    InUse,

    /// <summary>This node does not hold it: 404.</summary>
    NotHeld,
}

/// <summary>A run ended without outputs. The message is for the caller.</summary>
internal sealed class RunException(RunFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public RunFault Fault { get; } = fault;

    /// <summary>The HTTP status that says it.</summary>
    public int Status => Fault switch
    {
        RunFault.TimedOut => StatusCodes.Status504GatewayTimeout,
        RunFault.Overloaded => StatusCodes.Status429TooManyRequests,
        RunFault.Unavailable => StatusCodes.Status503ServiceUnavailable,
        RunFault.InUse => StatusCodes.Status409Conflict,
        RunFault.NotHeld => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
