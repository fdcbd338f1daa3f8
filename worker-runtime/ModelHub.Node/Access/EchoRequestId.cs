namespace ModelHub.Node.Access;

/// <summary>Gives a request's <c>x-request-id</c> back with the answer: by that its sender knows the answer for the one it asked for.</summary>
internal static class EchoRequestId
{
    private const string Header = "x-request-id";

    public static RequestDelegate Before(RequestDelegate next) => context =>
    {
        if (context.Request.Headers.TryGetValue(Header, out var id))
            context.Response.Headers[Header] = id;
        return next(context);
    };
}
