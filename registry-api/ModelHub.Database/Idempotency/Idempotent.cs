using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Basics;

namespace ModelHub.Database;

/// <param name="Body">Exactly as the first time.</param>
/// <param name="Replayed">The work was done before and was not done again.</param>
public sealed record IdempotentAnswer(string Body, bool Replayed);

public sealed partial class ModelHubDb
{
    /// <summary>
    /// Does <paramref name="work"/> once per caller and key. Its rows, its events and its answer are stored in one
    /// transaction; the same request under the same key gets the same answer, another request is refused. While the
    /// first is at work a second waits for it. A refused or failed work stores nothing and leaves the key free.
    /// </summary>
    /// <param name="requestDigest">Tells requests apart: a digest of everything that the request asks for.</param>
    /// <param name="work">Commits with <c>CommitAsync</c> on this context and returns the body to answer with.</param>
    public async Task<Result<IdempotentAnswer>> IdempotentAsync(
        string caller, string key, string requestDigest, Func<CancellationToken, Task<Result<string>>> work, CancellationToken ct)
    {
        if (key.Length is 0 or > Limits.IdempotencyKey)
            return new InvalidInput("idempotencyKey", $"1 to {Limits.IdempotencyKey} characters");

        await using var transaction = await Database.BeginTransactionAsync(ct);
        var claimed = await Database.ExecuteSqlAsync(
            $"""
            insert into idempotency_keys (caller, key, request_digest, created_at)
            values ({caller}, {key}, {requestDigest}, now()) on conflict do nothing
            """,
            ct);
        return claimed == 0 ? await ReplayAsync(caller, key, requestDigest, ct) : await DoAsync(caller, key, work, ct);
    }

    /// <summary>Forgets keys that are older than callers retry.</summary>
    public Task<int> ForgetIdempotencyKeysAsync(DateTimeOffset before, CancellationToken ct) =>
        IdempotencyKeys.Where(k => k.CreatedAt < before).ExecuteDeleteAsync(ct);

    private async Task<Result<IdempotentAnswer>> ReplayAsync(string caller, string key, string requestDigest, CancellationToken ct)
    {
        var stored = await IdempotencyKeys.AsNoTracking().SingleAsync(k => k.Caller == caller && k.Key == key, ct);
        return stored.RequestDigest == requestDigest
            ? new IdempotentAnswer(stored.Response ?? "", Replayed: true)
            : new IdempotencyKeyReused(key);
    }

    private async Task<Result<IdempotentAnswer>> DoAsync(string caller, string key, Func<CancellationToken, Task<Result<string>>> work, CancellationToken ct)
    {
        transactionIsHeld = true;
        try
        {
            if ((await work(ct)).IsRefused(out var refusal, out var body))
            {
                ChangeTracker.Clear();
                return refusal;
            }

            await Database.ExecuteSqlAsync($"update idempotency_keys set response = {body} where caller = {caller} and key = {key}", ct);
            await Database.CurrentTransaction!.CommitAsync(ct);
            await NotifyAsync("rows");
            return new IdempotentAnswer(body, Replayed: false);
        }
        finally
        {
            transactionIsHeld = false;
        }
    }
}
