using System.Diagnostics;
using System.Globalization;
using ModelHub.EndToEnd.Support;
using ModelHub.EndToEnd.Surviving.Kills;

namespace ModelHub.EndToEnd.Surviving;

/// <summary>
/// The database is away under traffic, and workers are killed while they judge: nothing counts twice, and nothing is lost but what the counters admit.
/// </summary>
public sealed class AwayUnderTraffic
{
    /// <summary>How long the database is kept away, in seconds; a minute is asked for, and less is enough to see what goes wrong.</summary>
    private const string Variable = "MODELHUB_TEST_OUTAGE_SECONDS";

    private static readonly TimeSpan Away = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "20", CultureInfo.InvariantCulture));

    [Fact]
    public async Task While_postgres_is_away_every_request_is_answered_and_all_is_accounted_for_when_it_is_back()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stack = await Stack.StartAsync(ct);
        using var traffic = await WatchedTraffic.ToAsync(stack, "away", ct);

        await traffic.RunWhileAsync(async () =>
        {
            await traffic.MoreAsync(200, ct);
            await KeepAwayAsync(stack, ct);
            await stack.AllReadyAsync(ct);
            await traffic.MoreAsync(200, ct);
        }, ct);

        Assert.True(traffic.Failed == 0, traffic.ToString());
        Assert.InRange(traffic.LabelsRefused, 1, int.MaxValue);
        Assert.Empty(await traffic.FaultsAsync(ct));
    }

    [Fact]
    public async Task Workers_killed_while_they_judge_leave_each_window_judged_once()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stack = await Stack.StartAsync(ct);
        using var traffic = await WatchedTraffic.ToAsync(stack, "judging", ct);
        var random = new Random(11);

        await traffic.RunWhileAsync(async () =>
        {
            // A window is over every ten seconds and judged some eight later: the kills fall before, into and behind that.
            for (var kill = 0; kill < 6; kill++)
            {
                await Task.Delay(TimeSpan.FromSeconds(4 + 4 * random.NextDouble()), ct);
                await Eventually.HoldsAsync("there is a worker", () => Task.FromResult(ProcessTree.Running(stack.ProcessId, "ModelHub.Worker").Count > 0), TimeSpan.FromSeconds(60), ct);
                stack.Kill(Victim.Worker, random);
            }
            await stack.AllReadyAsync(ct);
        }, ct);

        Assert.True(traffic.Failed == 0, traffic.ToString());
        Assert.Empty(await traffic.FaultsAsync(ct));
    }

    /// <summary>Ends the server as soon as it is there again, for as long as is set.</summary>
    private static async Task KeepAwayAsync(Stack stack, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        for (var ended = 0; clock.Elapsed < Away || ended == 0; await Task.Delay(20, ct))
            if (stack.PostgresProcess() is { } server)
                using (server)
                {
                    server.Kill();
                    ended++;
                }
    }
}
