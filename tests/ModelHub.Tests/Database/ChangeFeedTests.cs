using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;

namespace ModelHub.Tests.Database;

public sealed class ChangeFeedTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_gets_every_event_once_though_transactions_commit_out_of_order()
    {
        var start = await database.Feed.NowAsync(ct);
        const int writers = 8, each = 25;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        var got = new List<string>();

        var reading = Task.Run(async () =>
        {
            await foreach (var row in database.Feed.Follow(start, stop.Token))
            {
                // Events of earlier tests may have been held back until now.
                if (row.Subject.StartsWith("model:feed.many", StringComparison.Ordinal))
                    got.Add(row.Subject);
                if (got.Count == writers * each)
                    return;
            }
        }, ct);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => WriteAsync(w, each)));
        await reading;

        Assert.Equal(writers * each, got.Distinct().Count());
    }

    [Fact]
    public async Task An_event_behind_a_running_transaction_is_held_back_until_that_ends()
    {
        var start = await database.Feed.NowAsync(ct);
        await using var slow = database.Open();
        await using var transaction = await slow.Database.BeginTransactionAsync(ct);
        await slow.Database.ExecuteSqlAsync($"select pg_current_xact_id()", ct);
        await CommitAsync("feed.quick");

        var (during, heldBack) = await database.Feed.ReadAsync(start, ct);
        Assert.Null(await slow.CommitAsync(new ModelUpdated("feed.slow"), Actor.User("ada"), ct));
        // The horizon is the server's: transactions in other databases hold it back as well.
        string[] both = ["model:feed.slow", "model:feed.quick"];
        var after = await Eventually.Is(
            async () => (await database.Feed.ReadAsync(start, ct)).Rows.Select(e => e.Subject).Intersect(both).ToList(), found => found.Count == 2);

        Assert.DoesNotContain(during, e => both.Contains(e.Subject));
        Assert.True(heldBack);
        Assert.Equal(both, after);
    }

    [Fact]
    public async Task A_follower_whose_connections_are_cut_goes_on_where_it_was()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        await using var follower = database.Feed.Follow(await database.Feed.NowAsync(ct), stop.Token).GetAsyncEnumerator(stop.Token);
        await CommitAsync("feed.before");
        Assert.True(await follower.MoveNextAsync());
        Assert.Equal("model:feed.before", follower.Current.Subject);

        var next = follower.MoveNextAsync();
        await CutConnectionsAsync();
        await Eventually.Holds(() => TryCommitAsync("feed.after"), what: "a fresh connection commits");

        Assert.True(await next);
        Assert.Equal("model:feed.after", follower.Current.Subject);
    }

    [Fact]
    public async Task A_waiting_loop_is_woken_by_a_commit_long_before_its_time_is_out()
    {
        await Eventually.Holds(async () =>
        {
            var seen = database.Changes.Count;
            await CommitAsync("feed.wake");
            await database.Changes.WaitAsync(seen, TimeSpan.FromMilliseconds(500), ct);
            return database.Changes.Count > seen;
        }, what: "the listener is connected");
        var before = database.Changes.Count;
        var clock = Stopwatch.StartNew();

        var waiting = database.Changes.WaitAsync(before, TimeSpan.FromSeconds(60), ct);
        await CommitAsync("feed.wake");
        await waiting;

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    private async Task WriteAsync(int writer, int times)
    {
        for (var i = 0; i < times; i++)
            await CommitAsync($"feed.many-{writer}-{i}");
    }

    private async Task CommitAsync(string model)
    {
        await using var db = database.Open();
        Assert.Null(await db.CommitAsync(new ModelUpdated(model), Actor.User("ada"), ct));
    }

    /// <summary>The pool may hand out a connection that was cut.</summary>
    private async Task<bool> TryCommitAsync(string model)
    {
        try
        {
            await CommitAsync(model);
            return true;
        }
        catch (Exception cut) when (cut is DbException or DbUpdateException or InvalidOperationException { InnerException: DbException or DbUpdateException })
        {
            return false;
        }
    }

    private async Task CutConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await using var cut = new NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        await cut.ExecuteNonQueryAsync(ct);
    }
}
