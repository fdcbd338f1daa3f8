using ModelHub.Console.Graph;
using ModelHub.Console.Hosting;
using ModelHub.Console.Layout;
using ModelHub.Console.Live;
using ModelHub.Console.SignIn;
using Radzen;

namespace ModelHub.Console;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["health", ..])
            return await Health.AskAsync(args[1..]);

        try
        {
            await Create(args).RunAsync();
            return 0;
        }
        catch (InvalidOptionsException wrong)
        {
            await System.Console.Error.WriteLineAsync(wrong.Message);
            return 64;
        }
    }

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(Program).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddConsoleOptions(args);
        builder.AddSignIn();
        builder.AddGraph();
        builder.AddLive();
        builder.AddRadzen();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();

        var app = builder.Build();
        app.UsePageErrors();
        app.UseContentSecurity();
        app.MapStaticAssets().AllowAnonymous();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapHealth();
        app.MapSignIn();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization();
        return app;
    }

    private static void AddRadzen(this WebApplicationBuilder builder) => builder.Services.AddRadzenComponents();
}
