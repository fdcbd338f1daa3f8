using ModelHub.Domain.Training;
using Xunit;

namespace ModelHub.Tests.Domain.Training;

/// <summary>An alert that fires and is over again, for weeks of simulated time, under random policies.</summary>
public sealed class OscillatingDriftTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Weeks = TimeSpan.FromDays(6 * 7);

    [Fact]
    public void It_gives_a_bounded_number_of_runs_and_of_rows_whatever_the_policy()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var policy = new RetrainingPolicy(null, false, ["drift.*"], TimeSpan.FromMinutes(random.Next(0, 2_000)), random.Next(1, 12), random.Next(1, 6));
            var failing = random.NextDouble() < 0.3;

            var world = Simulate(policy, random, failing);

            foreach (var run in world.Runs)
                Assert.InRange(world.Runs.Count(r => r.Asked > run.Asked - RetrainingPolicy.Week && r.Asked <= run.Asked), 1, policy.RunsPerWeek);
            foreach (var (before, after) in world.Runs.Zip(world.Runs.Skip(1)))
                Assert.True(after.Asked >= before.Ended + policy.Cooldown, $"seed {seed}: {after.Asked} comes {after.Asked - before.Ended} after the run before, the cooldown is {policy.Cooldown}");
            Assert.InRange(world.Runs.Count, 1, failing ? policy.BreakAfter : policy.RunsPerWeek * 6);
            // At most one row for each guard that there is, between one run and the next.
            Assert.InRange(world.Skips.Count, 0, (world.Runs.Count + 1) * Enum.GetValues<Guard>().Length);
            Assert.True(world.Fired > 100, $"seed {seed}: the alert fired {world.Fired} times only");
        }
    }

    [Fact]
    public void Every_firing_is_answered_by_a_run_or_counted_as_held_back()
    {
        var policy = new RetrainingPolicy(null, false, ["drift.*"], TimeSpan.FromHours(2), RunsPerWeek: 3, BreakAfter: 3);

        var world = Simulate(policy, new Random(7), failing: false);

        Assert.InRange(world.Skips.Sum(s => s.Count), world.Fired - world.Runs.Count, 2 * world.Fired);
    }

    /// <summary>What the loop of the worker does, minute by minute.</summary>
    private static World Simulate(RetrainingPolicy policy, Random random, bool failing)
    {
        var world = new World();
        DateTimeOffset? firing = null;
        var turn = Start;
        for (var now = Start; now < Start + Weeks; now = now.AddMinutes(1))
        {
            if (now >= turn)
            {
                firing = firing is null ? now : null;
                world.Fired += firing is null ? 0 : 1;
                turn = now.AddMinutes(random.Next(1, 240));
            }
            // A cause is one that arose since the last run was asked for.
            if (firing is not { } since || since <= world.Runs.LastOrDefault()?.Asked) continue;
            var cause = new Cause(CauseKind.Alert, "drift.psi in staging", since);
            var step = NextRetraining.Of(policy, new RetrainingFacts([cause], true, world.Facts(now, failing)), now);
            if (step is RetrainingStep.Train) world.Train(now, now.AddMinutes(random.Next(1, 90)));
            else if (step is RetrainingStep.Skip skip) world.Skip(cause, skip.Held, now);
        }
        return world;
    }

    private sealed record Run(DateTimeOffset Asked, DateTimeOffset Ended);

    private sealed class World
    {
        public List<Run> Runs { get; } = [];

        public List<RetrainingSkip> Skips { get; } = [];

        public int Fired { get; set; }

        public RunFacts Facts(DateTimeOffset now, bool failing) => new(
            Runs.LastOrDefault()?.Ended > now ? "risk.weekly" : null,
            Runs.LastOrDefault(r => r.Ended <= now)?.Ended,
            [.. Runs.Select(r => r.Asked).Where(asked => asked > now - RetrainingPolicy.Week)],
            failing ? Runs.Count(r => r.Ended <= now) : 0);

        public void Train(DateTimeOffset now, DateTimeOffset ends)
        {
            Runs.Add(new Run(now, ends));
            foreach (var skip in Skips) skip.End(now);
        }

        public void Skip(Cause cause, Held held, DateTimeOffset now)
        {
            if (Skips.Find(s => s.EndedAt is null && s.Matches(cause, held)) is { } open) open.Again(cause, held, now);
            else Skips.Add(RetrainingSkip.Of(PipelineId.New(Start), cause, held, now));
        }
    }
}
