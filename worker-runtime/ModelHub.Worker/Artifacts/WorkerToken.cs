using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Artifacts;

/// <summary>The token with which this process moves artifacts and asks nodes: it writes the hash of one into the database, for an hour, and a new one in time.</summary>
internal sealed class WorkerToken(IDbContextFactory<ModelHubDb> databases, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim one = new(1);
    private Secret? current;
    private DateTimeOffset expires;

    public async Task<string> GetAsync(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (current is null || time.GetUtcNow() > expires - Early) await MintAsync(ct);
            return current!.Text;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The API did not accept it: it may have been revoked, or the database restored.</summary>
    public void Forget() => expires = default;

    public void Dispose() => one.Dispose();

    private async Task MintAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var secret = Secret.Create(Secret.TokenPrefix, RandomNumberGenerator.GetBytes(Secret.Entropy));
        var token = ServiceToken.ForWorker($"worker-{secret.KeyId}", secret, now + Life, now);
        // Nodes answer it too: they hear of it with the next access table.
        await db.BumpAsync(Numbered.Access, ct);
        db.ServiceTokens.Add(token);
        if (await db.CommitAsync(new TokenIssued(token.Name, token.Scopes, token.ExpiresAt), OperationStore.Worker, ct) is { } refusal)
            throw new InvalidOperationException($"The worker's token was refused: {refusal.Message}");
        (current, expires) = (secret, now + Life);
    }
}
