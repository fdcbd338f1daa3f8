using ModelHub.Api.Configuration;

namespace ModelHub.Api.Access;

internal static class AccessRegistration
{
    public static void AddAccess(this WebApplicationBuilder builder, ApiOptions options)
    {
        builder.Services.AddSingleton<TokenUses>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TokenUses>());
        builder.Services.AddSingleton<Callers>();
        builder.Services.AddAccessRules();
        RedeemLoginLink.AddRateLimit(builder.Services, options);
    }

    public static void MapAccess(this WebApplication app)
    {
        RedeemLoginLink.Map(app);
        SignOut.Map(app);
    }
}
