namespace ModelHub.Api.Hooks;

/// <summary>What a CI job calls with curl: the same rules as the mutations of the same names.</summary>
internal static class Hooks
{
    public static void AddHooks(this WebApplicationBuilder builder) => builder.Services.AddSingleton<Waiters>();

    public static void MapHooks(this WebApplication app)
    {
        var hooks = app.MapGroup("/api/v1/hooks");
        hooks.MapPost("/versions", VersionHooks.RegisterAsync).Needs(Permission.Write);
        hooks.MapGet("/versions/{model}/{version:int}", VersionHooks.GetAsync).Needs(Permission.Read);
        hooks.MapPost("/checks", CheckHooks.PostAsync).Needs(Permission.Write);
        hooks.MapPost("/promotions", PromotionHooks.RequestAsync).Needs(Permission.RequestPromotion);
        hooks.MapGet("/promotions/{id}", PromotionHooks.GetAsync).Needs(Permission.Read);
        hooks.MapGet("/promotions/{id}/events", PromotionHooks.FollowAsync).Needs(Permission.Read);
    }

    /// <summary>The answer of a mutation as an answer of a route.</summary>
    public static async Task<IResult> AnswerAsync<T>(Func<Task<MutationResult<T, Refusal>>> mutation, Func<T, IResult> show)
        where T : class
    {
        try
        {
            IMutationResult result = await mutation();
            return result.Refusal is Refusal refusal ? RefusalProblem.Of(refusal) : show((T)result.Value!);
        }
        catch (GraphQLException e) when (e.Error.Code == Once.NotAuthorized)
        {
            return RefusalProblem.Of(new NotPermitted());
        }
    }
}
