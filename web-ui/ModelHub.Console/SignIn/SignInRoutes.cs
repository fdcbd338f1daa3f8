using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ModelHub.Console.SignIn;

internal static partial class SignInRoutes
{
    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet("/login", EnterAsync).AllowAnonymous();
        app.MapPost("/logout", LeaveAsync).AllowAnonymous();
    }

    private static async Task<Results<RazorComponentResult<Login>, RedirectHttpResult>> EnterAsync(
        string? code, string? to, HttpContext context, AccessGate gate)
    {
        if (string.IsNullOrWhiteSpace(code))
            return Show(null, to, StatusCodes.Status200OK, context);
        // A browser that only guesses that the link may be followed must not use it up.
        if (context.Request.Headers.ContainsKey("Sec-Purpose") || code.Length > 200)
            return Show("This link cannot be used this way. Open it again.", to, StatusCodes.Status400BadRequest, context);
        try
        {
            if (await gate.RedeemAsync(code.Trim(), context.RequestAborted) is not { } login)
                return Show("This login link was used already, or it is too old. Ask for a new one.", to, StatusCodes.Status401Unauthorized, context);
            await SignInAsync(context, login);
            return TypedResults.Redirect(Local(to));
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return Show("This link was tried too often within a minute. It was not used up: open it again in a minute.", to, StatusCodes.Status429TooManyRequests, context);
        }
        catch (HttpRequestException)
        {
            return Show("The api does not answer, so the link could not be checked. It was not used up; try again.", to, StatusCodes.Status503ServiceUnavailable, context);
        }
    }

    private static Task SignInAsync(HttpContext context, RedeemedLogin login)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, login.User.Name), new Claim(Session.TokenClaim, login.Token)],
            CookieAuthenticationDefaults.AuthenticationScheme);
        return context.SignInAsync(new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true, ExpiresUtc = login.ExpiresAt });
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, IAntiforgery antiforgery, AccessGate gate, ILogger<AccessGate> logger)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Results.BadRequest();
        var ended = context.User.FindFirstValue(Session.TokenClaim) is not { } token || await gate.LeaveAsync(token, context.RequestAborted);
        await context.SignOutAsync();
        if (!ended)
            logger.LeftUnended(context.User.Identity?.Name);
        return Results.Redirect("/login");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{User} signed out while the api did not answer: the session's token ends only when it expires")]
    private static partial void LeftUnended(this ILogger logger, string? user);

    private static RazorComponentResult<Login> Show(string? fault, string? to, int status, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return new(new Dictionary<string, object?> { ["Fault"] = fault, ["To"] = Local(to) }) { StatusCode = status };
    }

    // Only a path of this site: never "//host" or "/\host", which browsers read as another one.
    private static string Local(string? to) => to is ['/', not ('/' or '\\'), ..] ? to : "/";
}
