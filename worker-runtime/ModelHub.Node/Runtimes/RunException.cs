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
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
