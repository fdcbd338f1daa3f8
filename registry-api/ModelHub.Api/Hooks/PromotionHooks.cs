using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelHub.Api.Promotions;
using ModelHub.Database.Events;

namespace ModelHub.Api.Hooks;

internal sealed record PromotionHook(string? Model, int? Version, string? Environment, string? Plan, string? IdempotencyKey);

/// <param name="ExitCode">What a script should end with: 0 live, 1 failed or aborted, 2 refused, 3 still under way, 4 rolled back.</param>
internal sealed record PromotionShown(Guid Promotion, string State, string? Reason, int ApprovalsRequired, double? TimeToLiveMs, bool Ended, int ExitCode);

internal static class PromotionHooks
{
    /// <summary>A stream that says nothing is taken for a dead one by what stands between.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestStream = TimeSpan.FromHours(2);

    public static async Task<IResult> RequestAsync(PromotionHook hook, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (hook is not { Model: { } model, Version: { } version, Environment: { } environment })
            return Problem.Invalid("model, version, environment", "all are needed");
        var input = new PromoteVersionInput(model, version, environment, hook.Plan, null, hook.IdempotencyKey);
        return await Hooks.AnswerAsync(
            () => PromoteVersion.PromoteVersionAsync(input, caller, db, time, ct),
            promotion => TypedResults.Accepted($"/api/v1/hooks/promotions/{promotion.Id.Value}", Show(promotion)));
    }

    /// <summary>A promotion as it stands; with <paramref name="wait"/>, once it has ended or the seconds are over.</summary>
    public static async Task<IResult> GetAsync(string id, int? wait, Caller caller, IDbContextFactory<ModelHubDb> databases, Changes changes, Waiters waiters, CancellationToken ct)
    {
        if (Waiters.Check(wait) is { } invalid)
            return invalid;
        var found = await waiters.UntilAsync(wait ?? 0, () => FindAsync(id, caller, databases, ct), promotion => !promotion.State.IsOpen(), changes, ct);
        return found is null ? Problem.NotFound() : TypedResults.Ok(Show(found));
    }

    /// <summary>Every change of its state as a server-sent event, from the present one to the last.</summary>
    public static async Task<IResult> FollowAsync(
        string id, Caller caller, Callers callers, IDbContextFactory<ModelHubDb> databases, Changes changes, Waiters waiters, TimeProvider time, CancellationToken ct)
    {
        if (await FindAsync(id, caller, databases, ct) is null)
            return Problem.NotFound();
        return waiters.TryEnter()
            ? TypedResults.ServerSentEvents(StatesAsync(id, caller, callers, databases, changes, waiters, time, ct))
            : Problem.Of(StatusCodes.Status503ServiceUnavailable, "Too many callers wait at this moment.");
    }

    private static async IAsyncEnumerable<SseItem<PromotionShown>> StatesAsync(
        string id, Caller caller, Callers callers, IDbContextFactory<ModelHubDb> databases, Changes changes, Waiters waiters, TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            var (until, spoken) = (time.GetUtcNow() + LongestStream, DateTimeOffset.MinValue);
            for (PromotionShown? told = null; time.GetUtcNow() < until && told is not { Ended: true };)
            {
                var seen = changes.Count;
                // Whose token ended, or who may no longer read it, hears no more.
                if (await callers.AgainAsync(caller, ct) is not { } still || await FindAsync(id, still, databases, ct) is not { } promotion)
                    yield break;
                var now = Show(promotion);
                if (now != told || time.GetUtcNow() - spoken >= Silence)
                {
                    yield return new SseItem<PromotionShown>(now, now == told ? "still" : "state");
                    (told, spoken) = (now, time.GetUtcNow());
                }
                if (!now.Ended)
                    await changes.WaitAsync(seen, Silence, ct);
            }
        }
        finally
        {
            waiters.Leave();
        }
    }

    private static async Task<Promotion?> FindAsync(string id, Caller caller, IDbContextFactory<ModelHubDb> databases, CancellationToken ct)
    {
        if (!Guid.TryParse(id, out var guid))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.FindPromotionAsync(PromotionId.From(guid), caller, ct);
    }

    private static PromotionShown Show(Promotion promotion) => new(
        promotion.Id.Value, JsonNamingPolicy.SnakeCaseUpper.ConvertName(promotion.State.ToString()), promotion.Reason, promotion.ApprovalsRequired,
        promotion.TimeToLiveMs, !promotion.State.IsOpen(), ExitCodeOf(promotion.State));

    private static int ExitCodeOf(PromotionState state) => state switch
    {
        PromotionState.Live => 0,
        PromotionState.Aborted or PromotionState.Failed => 1,
        PromotionState.Refused or PromotionState.Rejected => 2,
        PromotionState.RolledBack => 4,
        _ => 3,
    };
}
