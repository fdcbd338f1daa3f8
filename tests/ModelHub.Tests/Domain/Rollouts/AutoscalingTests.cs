using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class AutoscalingTests
{
    private static readonly ScalingPolicy Policy = new(MinReplicas: 1, MaxReplicas: 8, OutstandingPerReplica: 4, ScaleDownSeconds: 60);

    /// <summary>What the load asks for: replicas, requests in work, how many replicas then.</summary>
    [Theory]
    [InlineData(2, 8.0, 2)]
    [InlineData(2, 8.7, 2)]
    [InlineData(2, 9.0, 3)]
    [InlineData(2, 13.0, 4)]
    [InlineData(2, 100.0, 4)]
    [InlineData(3, 100.0, 6)]
    [InlineData(6, 100.0, 8)]
    [InlineData(8, 100.0, 8)]
    [InlineData(1, 0.0, 1)]
    [InlineData(4, 12.0, 3)]
    [InlineData(4, 12.1, 4)]
    [InlineData(4, 0.0, 3)]
    public void Replicas_follow_the_requests_in_work(int replicas, double outstanding, int expected) =>
        Assert.Equal(expected, After(Facts(replicas, outstanding)));

    [Theory]
    [InlineData(70, 2)]
    [InlineData(76, 2)]
    [InlineData(90, 3)]
    [InlineData(180, 4)]
    public void Busy_processors_ask_for_more_when_there_is_traffic(double cpu, int expected)
    {
        var facts = Facts(2, 6) with { Policy = Policy with { CpuPercent = 70 }, CpuPercent = cpu };
        var idle = facts with { Samples = [.. facts.Samples.Select(s => s with { Requests = 0, Outstanding = 0, P99Ms = null })], Since = Now };

        Assert.Equal(expected, After(facts));
        Assert.Equal(2, After(idle));
    }

    [Fact]
    public void A_slow_hundredth_asks_for_one_more_at_a_time_and_only_of_enough_requests()
    {
        var policy = Policy with { P99Ms = 50 };

        Assert.Equal(3, After(Facts(2, 7, p99: 51) with { Policy = policy }));
        Assert.Equal(2, After(Facts(2, 7, p99: 49) with { Policy = policy }));
        Assert.Equal(2, After(Facts(2, 7, p99: 51, requests: 10) with { Policy = policy }));
    }

    [Fact]
    public void One_goes_only_when_no_moment_of_the_time_asked_for_it()
    {
        var quiet = Facts(3, 2);
        var burst = quiet with { Samples = [.. quiet.Samples.Select((s, i) => i == 3 ? s with { Outstanding = 11 } : s)] };

        Assert.Equal(2, After(quiet));
        Assert.Equal(3, After(burst));
    }

    [Fact]
    public void One_stays_when_latency_is_near_its_limit_or_the_others_would_be_too_busy()
    {
        var quiet = Facts(2, 1, p99: 40);

        Assert.Equal(2, After(quiet with { Policy = Policy with { P99Ms = 50 } }));
        Assert.Equal(2, After(quiet with { Policy = Policy with { CpuPercent = 70 }, CpuPercent = 40 }));
        Assert.Equal(1, After(quiet with { Policy = Policy with { CpuPercent = 70 }, CpuPercent = 30 }));
    }

    [Fact]
    public void Missing_figures_never_shrink_and_never_grow_anything()
    {
        var quiet = Facts(3, 0);

        Assert.Equal(3, After(quiet with { Samples = [] }));
        Assert.Equal(3, After(quiet with { Samples = [.. quiet.Samples.TakeLast(6)] }));
        Assert.Equal(3, After(Facts(3, 100) with { Samples = [.. Facts(3, 100).Samples.SkipLast(3)] }));
    }

    [Fact]
    public void A_change_is_let_show_before_the_next()
    {
        Assert.Equal(2, After(Facts(2, 100) with { Since = Now.AddSeconds(-14) }));
        Assert.Equal(4, After(Facts(2, 100) with { Since = Now.AddSeconds(-15) }));
        Assert.Equal(2, After(Facts(2, 100) with { Ready = 1 }));
        Assert.Equal(3, After(Facts(3, 0) with { Since = Now.AddSeconds(-59) }));
    }

    [Fact]
    public void No_more_are_asked_for_than_there_are_nodes()
    {
        Assert.Equal(3, After(Facts(2, 100) with { Nodes = 3 }));
        Assert.Equal(2, After(Facts(2, 100) with { Nodes = 2 }));
    }

    [Fact]
    public void Bounds_hold_at_once_and_without_figures()
    {
        var none = Facts(5, 0) with { Samples = [], Since = Now };

        Assert.Equal(6, After(none with { Policy = Policy with { MinReplicas = 6 } }));
        Assert.Equal(2, After(none with { Policy = Policy with { MaxReplicas = 2 } }));
    }

    [Fact]
    public void The_evidence_holds_the_figures_that_decided()
    {
        var to = Assert.IsType<ScalingDecision.To>(Autoscaling.Next(Facts(2, 13, p99: 7) with { CpuPercent = 55 }, Now));

        Assert.Equal(new ScalingEvidence(13, 7, 55, 2_000, 2), to.Evidence);
        Assert.Contains("13 requests in work, 4 per replica", to.Reason, StringComparison.Ordinal);
    }

    /// <summary>
    /// Loads that jump at random, minutes long, with a swing of 5 % on top: the replicas reach what each load needs, never leave
    /// their bounds, and stay still while the load does.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_load_replicas_reach_it_and_do_not_flap(int seed)
    {
        var random = new Random(seed);
        var samples = new List<LoadSample>();
        var (replicas, since, now) = (1, Now, Now);
        for (var phase = 0; phase < 30; phase++)
        {
            var load = random.NextDouble() * 40;
            var changes = new List<int>();
            // The slowest way down takes a minute for each of seven replicas.
            for (var step = 0; step < 120; step++)
            {
                samples.Add(new LoadSample(now, 1_000, load * (0.95 + 0.1 * random.NextDouble()), 5));
                now = now.AddSeconds(VariantLoad.Seconds);
                var facts = new ScalingFacts(Policy, replicas, replicas, 20, null, since, [.. samples.Where(s => s.At >= now.AddSeconds(-65))]);
                if (Autoscaling.Next(facts, now) is not ScalingDecision.To to)
                    continue;
                Assert.InRange(to.Replicas, Policy.MinReplicas, Policy.MaxReplicas);
                changes.Add(to.Replicas - replicas);
                (replicas, since) = (to.Replicas, now);
            }
            // The tolerance of a tenth and the swing of a twentieth leave one more or less.
            var needed = load / Policy.OutstandingPerReplica;
            Assert.InRange(replicas, Math.Min(8, Math.Ceiling(needed / 1.16)), Math.Clamp(Math.Ceiling(needed * 1.06), 1, 8));
            var turns = changes.Zip(changes.Skip(1)).Count(pair => Math.Sign(pair.First) != Math.Sign(pair.Second));
            Assert.True(turns <= 1, $"phase {phase} went {string.Join(", ", changes)}");
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    [InlineData(1, 101)]
    public void Bounds_that_are_none_are_refused(int least, int most) => Assert.NotNull(new ScalingPolicy(least, most).Check());

    [Theory]
    [InlineData(double.NaN, null, null, 300)]
    [InlineData(4, 0.0, null, 300)]
    [InlineData(4, null, 100.0, 300)]
    [InlineData(4, null, null, 5)]
    public void Targets_that_are_none_are_refused(double outstanding, double? p99, double? cpu, int down) =>
        Assert.NotNull(new ScalingPolicy(1, 2, outstanding, p99, cpu, down).Check());

    private static int After(ScalingFacts facts) => Autoscaling.Next(facts, Now) is ScalingDecision.To to ? to.Replicas : facts.Replicas;

    /// <summary>A minute of the same load, told every five seconds, of replicas that have been there for long.</summary>
    private static ScalingFacts Facts(int replicas, double outstanding, double p99 = 5, long requests = 1_000) => new(
        Policy, replicas, replicas, 20, null, Now.AddHours(-1),
        [.. Enumerable.Range(1, 12).Reverse().Select(i => new LoadSample(Now.AddSeconds(-i * VariantLoad.Seconds), requests, outstanding, p99))]);
}
