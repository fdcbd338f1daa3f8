using Microsoft.AspNetCore.Authorization;

namespace ModelHub.Api.Access;

/// <summary>The caller holds the permission somewhere; where exactly is judged beside what it is about.</summary>
internal sealed record Holds(Permission Permission) : IAuthorizationRequirement;

/// <summary>What no rule opens is closed to everyone.</summary>
internal sealed record Closed : IAuthorizationRequirement;

internal sealed class HoldsHandler : AuthorizationHandler<Holds>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Holds requirement)
    {
        if (Caller.Find(context.User) is { } caller && caller.May(requirement.Permission, Place.Somewhere))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>The one place where it is said who may what. Policies are named like permissions; an endpoint that names none is closed.</summary>
internal static class Rules
{
    public static void AddAccessRules(this IServiceCollection services)
    {
        services.AddAuthentication(TokenAuthentication.SchemeName)
            .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new Closed()).Build())
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().AddRequirements(new Closed()).Build())
            .AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        foreach (var permission in Enum.GetValues<Permission>())
            authorization.AddPolicy(permission.ToString(), policy => policy.RequireAuthenticatedUser().AddRequirements(new Holds(permission)));
        services.AddSingleton<IAuthorizationHandler, HoldsHandler>();
    }

    public const string SignedIn = nameof(SignedIn);

    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(permission.ToString());

    /// <summary>A token of any kind, be it a node's: the endpoint itself judges further.</summary>
    public static TBuilder NeedsToken<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(SignedIn);

    /// <summary>Open to everyone, deliberately.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.AllowAnonymous();
}
