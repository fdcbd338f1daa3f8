using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>Judges access rules by the host's authorization.</summary>
internal static class Access
{
    public static async ValueTask<bool> AllowsAsync(IServiceProvider services, ClaimsPrincipal user, AccessRule rule, object? resource)
    {
        if (rule.Roles is { } roles && !roles.Split(',').Any(user.IsInRole))
            return false;
        if (rule.Policy is not { } policy)
            return user.Identity?.IsAuthenticated == true;
        var result = await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(user, resource, policy);
        return result.Succeeded;
    }

    public static GraphQLError Refusal(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true
        ? new GraphQLError("The current user is not allowed to read this field.", "AUTH_NOT_AUTHORIZED")
        : new GraphQLError("Sign in to read this field.", "AUTH_NOT_AUTHENTICATED");
}
