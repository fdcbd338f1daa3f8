using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Alerts;

internal sealed record EndSilenceInput([property: ID<Silence>] SilenceId Silence, string? IdempotencyKey);

[MutationType]
internal static class EndSilence
{
    /// <summary>Before its time; what still fires is told of now.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(SilenceNotFound))]
    [Error(typeof(SilenceOver))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Silence, Refusal>> EndSilenceAsync(EndSilenceInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(EndSilence), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Silence>> RunAsync(EndSilenceInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Silences.Include(s => s.Model).Include(s => s.Environment).SingleOrDefaultAsync(s => s.Id == input.Silence, ct) is not { } silence)
            return new SilenceNotFound();
        if (!caller.May(Permission.Operate, FindAlerts.PlaceOf(silence.Model?.Name, silence.Environment?.Name)))
            return new NotPermitted();
        if (silence.End(now) is { } refusal)
            return refusal;
        return await db.CommitAsync(new SilenceWasEnded(silence.Id.Value), caller.Actor, ct) is { } refused ? refused : silence;
    }
}
