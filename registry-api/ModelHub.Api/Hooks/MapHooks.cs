using System.Text.Json;
using ModelHub.Api.Models;
using ModelHub.Api.Promotions;

namespace ModelHub.Api.Hooks;

internal sealed record CheckHook(string? Model, int? Version, string? Name, string? State, string? Link);

internal sealed record PromotionHook(string? Model, int? Version, string? Environment, string? Plan, string? IdempotencyKey);

/// <summary>What a CI job calls with curl: the same rules as the mutations of the same names.</summary>
internal static class Hooks
{
    public static void MapHooks(this WebApplication app)
    {
        var hooks = app.MapGroup("/api/v1/hooks");
        hooks.MapPost("/checks", PostCheckAsync).Needs(Permission.Write);
        hooks.MapPost("/promotions", PromoteAsync).Needs(Permission.RequestPromotion);
        hooks.MapGet("/promotions/{id}", GetPromotionAsync).Needs(Permission.Read);
    }

    private static async Task<IResult> PostCheckAsync(CheckHook hook, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (hook is not { Model: { } model, Version: { } version, Name: { } name })
            return Problem.Invalid("model, version, name", "all are needed");
        CheckState? state = hook.State switch
        {
            "pass" => CheckState.Pass,
            "fail" => CheckState.Fail,
            _ => null,
        };
        if (state is null)
            return Problem.Invalid("state", "pass or fail");
        var input = new PostCheckInput(model, version, name, state.Value, hook.Link, null);
        return await AnswerAsync(async () => await PostCheck.PostCheckAsync(input, caller, db, time, ct), _ => TypedResults.Ok(new { model, version, name, state = hook.State }));
    }

    private static async Task<IResult> PromoteAsync(PromotionHook hook, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (hook is not { Model: { } model, Version: { } version, Environment: { } environment })
            return Problem.Invalid("model, version, environment", "all are needed");
        var input = new PromoteVersionInput(model, version, environment, hook.Plan, null, hook.IdempotencyKey);
        return await AnswerAsync(
            async () => await PromoteVersion.PromoteVersionAsync(input, caller, db, time, ct),
            promotion => TypedResults.Accepted((string?)null, Show((Promotion)promotion)));
    }

    private static async Task<IResult> AnswerAsync(Func<Task<IMutationResult>> mutation, Func<object, IResult> show)
    {
        try
        {
            var result = await mutation();
            return result.Refusal is Refusal refusal ? RefusalProblem.Of(refusal) : show(result.Value!);
        }
        catch (GraphQLException e) when (e.Error.Code == Once.NotAuthorized)
        {
            return RefusalProblem.Of(new NotPermitted());
        }
    }

    private static async Task<IResult> GetPromotionAsync(string id, Caller caller, ModelHubDb db, CancellationToken ct)
        => Guid.TryParse(id, out var guid) && await db.FindPromotionAsync(PromotionId.From(guid), caller, ct) is { } promotion
            ? TypedResults.Ok(Show(promotion))
            : Problem.NotFound();

    private static object Show(Promotion promotion) => new
    {
        promotion = promotion.Id.Value,
        state = JsonNamingPolicy.SnakeCaseUpper.ConvertName(promotion.State.ToString()),
        reason = promotion.Reason,
        approvalsRequired = promotion.ApprovalsRequired,
        timeToLiveMs = promotion.TimeToLiveMs,
    };
}
