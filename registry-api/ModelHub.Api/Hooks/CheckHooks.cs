using ModelHub.Api.Models;

namespace ModelHub.Api.Hooks;

internal sealed record CheckHook(string? Model, int? Version, string? Name, string? State, string? Link);

internal static class CheckHooks
{
    public static async Task<IResult> PostAsync(CheckHook hook, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
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
        return await Hooks.AnswerAsync(() => PostCheck.PostCheckAsync(input, caller, db, time, ct), _ => TypedResults.Ok(new { model, version, name, state = hook.State }));
    }
}
