using System.Collections.Concurrent;

namespace ModelHub.Api.Access;

/// <summary>
/// Remembers when tokens were presented here and writes it down now and then: one statement for all, not a write per request.
/// What routers let through on a token is not among it.
/// </summary>
internal sealed partial class TokenUses(IDbContextFactory<ModelHubDb> factory, ILogger<TokenUses> log, TimeProvider time) : BackgroundService
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, DateTimeOffset> uses = new();

    /// <param name="keyId">Of a token that was found valid.</param>
    public void Note(string keyId, DateTimeOffset now)
    {
        if (uses.Count < MaxKept || uses.ContainsKey(keyId))
            uses[keyId] = now;
    }

    public async Task WriteAsync(CancellationToken ct)
    {
        var noted = uses.ToArray();
        if (noted.Length == 0)
            return;
        var ids = Array.ConvertAll(noted, use => use.Key);
        var times = Array.ConvertAll(noted, use => use.Value.ToUniversalTime());
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            update service_tokens set last_used_at = used.at from unnest({ids}, {times}) as used(key_id, at)
            where service_tokens.key_id = used.key_id and (last_used_at is null or last_used_at < used.at)
            """, ct);
        foreach (var use in noted)
            uses.TryRemove(use);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await WriteAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "When tokens were last used could not be written and will be tried again")]
    private partial void LogFailed(Exception failure);
}
