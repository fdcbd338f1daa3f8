using ModelHub.Console.Graph;
using ModelHub.Console.Hosting;
using ModelHub.Console.Layout;
using ModelHub.Console.Live;
using ModelHub.Console.SignIn;
using ModelHub.Console.Versions;
using ModelHub.Hosting;
using Radzen;

namespace ModelHub.Console;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() == HealthVerb.Name
        ? HealthVerb.RunAsync(args[1..], ReadOptions.DefaultUrl)
        : HostSetup.ServeAsync(Create(args)));

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(Program).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        var options = builder.AddConsoleOptions(args);
        builder.AddSignIn(options);
        builder.AddGraph();
        builder.AddLive();
        builder.AddRadzen();
        builder.Services.AddSingleton<PassUpload>();
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
        PassUpload.Map(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization();
        return app;
    }

    private static void AddRadzen(this WebApplicationBuilder builder) => builder.Services.AddRadzenComponents();
}
