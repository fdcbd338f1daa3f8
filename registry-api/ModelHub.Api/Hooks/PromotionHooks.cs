using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelHub.Api.Promotions;
using ModelHub.Database.Events;

namespace ModelHub.Api.Hooks;

internal sealed record PromotionHook(string? Model, int? Version, string? Environment, string? Plan, string? IdempotencyKey);

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
            promotion => TypedResults.Accepted($"/api/v1/hooks/promotions/{promotion.Id.Value}", PromotionShown.Of(promotion, [], [])));
    }

    /// <summary>A promotion as it stands; with <paramref name="wait"/>, once it has ended, waits for a person because a stage was inconclusive, or the seconds are over.</summary>
    public static async Task<IResult> GetAsync(string id, int? wait, Caller caller, IDbContextFactory<ModelHubDb> databases, Changes changes, Waiters waiters, CancellationToken ct)
    {
        if (Waiters.Check(wait) is { } invalid)
            return invalid;
        var found = await waiters.UntilAsync(wait ?? 0, () => FindAsync(id, caller, databases, ct), promotion => promotion.Ended || promotion.Held, changes, ct);
        return found is null ? Problem.NotFound() : TypedResults.Ok(found);
    }

    /// <summary>Every change of its state, what it waits for and how it was judged as a server-sent event, from the present one to the last.</summary>
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
            var (ended, told) = (false, "");
            while (time.GetUtcNow() < until && !ended)
            {
                var seen = changes.Count;
                // Whose token ended, or who may no longer read it, hears no more.
                if (await callers.AgainAsync(caller, ct) is not { } still || await FindAsync(id, still, databases, ct) is not { } promotion)
                    yield break;
                var now = JsonSerializer.Serialize(promotion);
                if (now != told || time.GetUtcNow() - spoken >= Silence)
                {
                    yield return new SseItem<PromotionShown>(promotion, now == told ? "still" : "state");
                    (told, spoken) = (now, time.GetUtcNow());
                }
                ended = promotion.Ended;
                if (!ended)
                    await changes.WaitAsync(seen, Silence, ct);
            }
        }
        finally
        {
            waiters.Leave();
        }
    }

    private static async Task<PromotionShown?> FindAsync(string id, Caller caller, IDbContextFactory<ModelHubDb> databases, CancellationToken ct)
    {
        if (!Guid.TryParse(id, out var guid))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.FindPromotionAsync(PromotionId.From(guid), caller, ct) is { } promotion ? await PromotionShown.ReadAsync(db, promotion, ct) : null;
    }
}
