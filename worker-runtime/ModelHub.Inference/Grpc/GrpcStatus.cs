namespace ModelHub.Inference.Grpc;

/// <summary>The status codes of gRPC that this server gives.</summary>
public enum GrpcStatus
{
    Ok = 0,
    Cancelled = 1,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}

/// <summary>What gRPC puts into headers and trailers.</summary>
public static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>Beside a status of gRPC the one of REST, which tells more apart: a version that fails on an input from an input that is wrong.</summary>
    public const string RestStatus = "x-modelhub-status";

    /// <summary>Path of a method of the service: <c>/inference.GRPCInferenceService/ModelInfer</c>.</summary>
    public const string Service = "/inference.GRPCInferenceService/";

    private const string Hex = "0123456789ABCDEF";

    /// <summary>The status that says over gRPC what this HTTP status says over REST.</summary>
    public static GrpcStatus Of(int http) => http switch
    {
        < 300 => GrpcStatus.Ok,
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 => GrpcStatus.NotFound,
        409 => GrpcStatus.FailedPrecondition,
        413 or 429 => GrpcStatus.ResourceExhausted,
        499 => GrpcStatus.Cancelled,
        < 500 => GrpcStatus.InvalidArgument,
        501 => GrpcStatus.Unimplemented,
        502 or 503 => GrpcStatus.Unavailable,
        504 => GrpcStatus.DeadlineExceeded,
        _ => GrpcStatus.Internal,
    };

    /// <summary>The HTTP status that says over REST what this status says over gRPC.</summary>
    public static int HttpOf(GrpcStatus status) => status switch
    {
        GrpcStatus.Ok => 200,
        GrpcStatus.Unauthenticated => 401,
        GrpcStatus.PermissionDenied => 403,
        GrpcStatus.NotFound => 404,
        GrpcStatus.FailedPrecondition => 409,
        GrpcStatus.ResourceExhausted => 429,
        GrpcStatus.Cancelled => 499,
        GrpcStatus.InvalidArgument => 400,
        GrpcStatus.Unimplemented => 501,
        GrpcStatus.Unavailable => 503,
        GrpcStatus.DeadlineExceeded => 504,
        _ => 500,
    };

    /// <summary>A deadline such as <c>250m</c>: up to eight digits and one of H M S m u n.</summary>
    /// <returns>false when it is not of that form</returns>
    public static bool TryTimeout(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text[..^1], System.Globalization.NumberStyles.None, null, out var number))
            return false;
        var ticks = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => -1,
        };
        // 99,999,999 hours are 3.6e17 ticks of 9.2e18.
        timeout = ticks == 0 ? TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick) : TimeSpan.FromTicks(number * ticks);
        return ticks >= 0;
    }

    /// <summary>A status message as its header carries it: percent-encoded UTF-8.</summary>
    public static string Encode(string message)
    {
        if (message.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && !message.Contains('%', StringComparison.Ordinal))
            return message;
        var encoded = new System.Text.StringBuilder(message.Length + 16);
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(message))
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
        return encoded.ToString();
    }
}
