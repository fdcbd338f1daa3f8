using Microsoft.AspNetCore.Diagnostics;

namespace ModelHub.Api;

internal static class ProblemMiddleware
{
    /// <summary>Every error without a body of its own gets one; an exception is logged by the framework and answered without detail.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Answer(context, StatusOf(context)),
            StatusCodeSelector = _ => StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(context => Answer(context.HttpContext, context.HttpContext.Response.StatusCode));
    }

    // A body that is too large, cut short or too slow is the client's fault; Kestrel says so by an exception with a status.
    private static int StatusOf(HttpContext context)
        => context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            Artifacts.ArtifactStoreException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return TypedResults.Problem(title: Title(status), statusCode: status).ExecuteAsync(context);
    }

    private static string Title(int status) => status switch
    {
        400 => "The request cannot be read.",
        401 => "Sign in.",
        403 => "Not permitted.",
        404 => "Not found.",
        405 => "Method not allowed.",
        413 => "The body is too large.",
        415 => "This content type is not supported.",
        429 => "Too many requests.",
        503 => "The artifact store does not answer; try again.",
        _ => status >= 500 ? "Something went wrong here." : "The request is refused.",
    };
}
