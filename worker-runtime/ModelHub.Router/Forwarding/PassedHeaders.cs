using Microsoft.Extensions.Primitives;

namespace ModelHub.Router.Forwarding;

/// <summary>The headers of a request that a node is shown. All others end here.</summary>
internal struct PassedHeaders
{
    public string? ContentType;
    public string? ContentEncoding;
    public string? AcceptEncoding;
    public string? JsonLength;
    public string? TimeoutMilliseconds;
    public string? TraceParent;
    public string? TraceState;

    /// <summary>Not the caller's: of the endpoint, when nodes have a part in its rules.</summary>
    public string? Environment;

    public const string JsonLengthName = "Inference-Header-Content-Length";
    public const string TimeoutName = "x-modelhub-timeout-ms";
    public const string EnvironmentName = "x-modelhub-environment";

    public static PassedHeaders Of(IHeaderDictionary headers) => new()
    {
        ContentType = Text(headers.ContentType),
        ContentEncoding = Text(headers.ContentEncoding),
        AcceptEncoding = Text(headers.AcceptEncoding),
        JsonLength = Text(headers[JsonLengthName]),
        TimeoutMilliseconds = Text(headers[TimeoutName]),
        TraceParent = Text(headers.TraceParent),
        TraceState = Text(headers.TraceState),
    };

    /// <summary>Whether they can be written into a head as they are.</summary>
    public readonly bool AreSound =>
        Fits(ContentType, 256) && Fits(ContentEncoding, 64) && Fits(AcceptEncoding, 256) && Fits(JsonLength, 20) && Fits(TimeoutMilliseconds, 20)
        && Fits(TraceParent, 64) && Fits(TraceState, 512);

    private static bool Fits(string? value, int most) =>
        value is null || (value.Length <= most && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'));

    private static string? Text(StringValues values) => values.Count == 0 ? null : values.ToString();
}
