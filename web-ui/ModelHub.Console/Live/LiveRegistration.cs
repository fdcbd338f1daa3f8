namespace ModelHub.Console.Live;

internal static class LiveRegistration
{
    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LiveFeeds>();
        builder.Services.AddSingleton<Handover>();
        builder.Services.AddScoped<LivePage>();
    }
}
