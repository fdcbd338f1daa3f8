namespace ModelHub.Router.Forwarding;

/// <summary>The caller's request id when it is a plain short word, else one of ours; in the answer either way.</summary>
internal static class RequestId
{
    private const string Header = "x-request-id";

    public static string Of(HttpContext context)
    {
        var given = context.Request.Headers[Header];
        var id = given.Count == 1 && given[0] is { Length: > 0 and <= 128 } text && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? text
            : Guid.CreateVersion7().ToString("n");
        context.Response.Headers[Header] = id;
        return id;
    }
}
