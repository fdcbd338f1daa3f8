using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using ModelHub.Console.Hosting;

namespace ModelHub.Console.SignIn;

internal static class SignInRegistration
{
    public static void AddSignIn(this WebApplicationBuilder builder, ConsoleOptions options)
    {
        builder.Services.AddDataProtection().SetApplicationName("ModelHub.Console").PersistKeysToFileSystem(KeyFolder(options));
        builder.Services.AddSingleton<AccessGate>();
        builder.Services.AddScoped<Session>();
        builder.Services.AddScoped<AuthenticationStateProvider, RevalidateSession>();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddAuthorization();
        builder.Services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "modelhub-forms");
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "modelhub-session";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.LoginPath = "/login";
            cookie.ReturnUrlParameter = "to";
            cookie.SlidingExpiration = false;
            cookie.Events.OnValidatePrincipal = ValidateAsync;
        });
    }

    private static DirectoryInfo KeyFolder(ConsoleOptions options)
    {
        var folder = Path.Combine(options.Data, "keys");
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(folder)
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var gate = context.HttpContext.RequestServices.GetRequiredService<AccessGate>();
        var token = context.Principal?.FindFirst(Session.TokenClaim)?.Value;
        if (token is null || !await gate.StillValidAsync(token, context.HttpContext.RequestAborted))
            context.RejectPrincipal();
    }
}
