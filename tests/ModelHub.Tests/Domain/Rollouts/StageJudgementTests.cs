using System.Text.Json;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Protocol;
using Xunit;
using static ModelHub.Tests.Domain.Sample;
using ClassCount = ModelHub.Domain.Predictions.ClassCount;
using Limits = ModelHub.Domain.Rollouts.StageLimits;
using StageVerdict = ModelHub.Domain.Rollouts.StageVerdict;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class StageJudgementTests
{
    private static readonly Limits Errors = new(MaxErrorRate: 0.05);

    [Fact]
    public void Enough_good_requests_over_the_whole_time_pass() =>
        Assert.Equal(Verdict.Pass, Judge(Facts(Limits.Usual, Traffic(500), Traffic(4_500))).Verdict);

    /// <summary>Requests, failed ones, and what follows at a limit of 5 % when neither time nor samples are there.</summary>
    [Theory]
    [InlineData(1, 1, Verdict.Inconclusive)]
    [InlineData(3, 1, Verdict.Inconclusive)]
    [InlineData(3, 3, Verdict.Fail)]
    [InlineData(5, 5, Verdict.Fail)]
    [InlineData(40, 4, Verdict.Inconclusive)]
    [InlineData(40, 12, Verdict.Fail)]
    [InlineData(99, 0, Verdict.Inconclusive)]
    public void Before_its_time_only_what_is_certain_decides(int requests, int errors, Verdict expected)
    {
        var facts = Facts(Errors, Traffic(requests, errors), Traffic(900)) with { Until = Now.AddSeconds(1) };

        Assert.Equal(expected, Judge(facts).Verdict);
    }

    /// <summary>With all there one look decides, and the limit itself is kept.</summary>
    [Theory]
    [InlineData(100, 5, Verdict.Pass)]
    [InlineData(100, 6, Verdict.Fail)]
    public void At_the_end_the_figure_decides(int requests, int errors, Verdict expected) =>
        Assert.Equal(expected, Judge(Facts(Errors, Traffic(requests, errors), Traffic(900))).Verdict);

    public static TheoryData<string, StageFacts, string> NeverPass => new()
    {
        // argo-rollouts#4479: every measurement failed, and the run was called successful.
        { "no windows at all", Facts(Limits.Usual, TrafficSum.None, TrafficSum.None) with { Until = null, Missing = ["windows of router r1"] }, "windows of router r1" },
        { "nobody asked the candidate", Facts(Limits.Usual, TrafficSum.None, Traffic(900)), "100 requests to the candidate (0 so far)" },
        { "nobody asked the primary", Facts(Limits.Usual, Traffic(900), TrafficSum.None), "100 requests to the primary (0 so far)" },
        { "too few requests", Facts(Limits.Usual, Traffic(99), Traffic(900)), "100 requests to the candidate (99 so far)" },
        { "too short", Facts(Limits.Usual, Traffic(900), Traffic(900)) with { Until = Now.AddSeconds(59) }, "60 s of windows without a gap (59 s so far)" },
        { "a gap a while ago", Facts(Limits.Usual, Traffic(900), Traffic(900)) with { From = Now.AddSeconds(20) }, "60 s of windows without a gap (40 s so far)" },
        { "a router that has not switched", Facts(Limits.Usual, Traffic(900), Traffic(900)) with { Began = null }, "routers that switch" },
        { "a router whose clock is off", Facts(Limits.Usual, Traffic(900), Traffic(900)) with { Missing = ["windows of router r1, whose clock is 30 s ahead"] }, "clock" },
        { "windows of long ago", Facts(Limits.Usual, Traffic(900), Traffic(900)) with { Until = Now.AddSeconds(60), Began = Now.AddSeconds(-60), From = Now.AddSeconds(-60) }, "newer windows" },
        { "no agreement known", Facts(new Limits(MinAgreement: 0.9), Traffic(900), Traffic(900)), "minAgreement: no data" },
        { "answers compared without a row", Facts(new Limits(MinAgreement: 0.9), Traffic(900), Traffic(900)) with { Agreed = new(100, 0, 0) }, "minAgreement: no data" },
        { "few answers compared, though of many rows", Facts(new Limits(MinAgreement: 0.9), Traffic(900), Traffic(900)) with { Agreed = new(99, 9_900, 0) }, "minAgreement: 100 answers compared (99 so far)" },
        { "no shift known", Facts(new Limits(MaxPredictionShift: 0.2), Traffic(900), Traffic(900)), "maxPredictionShift: no data" },
        { "few predictions seen", Facts(new Limits(MaxPredictionShift: 0.2), Traffic(900), Traffic(900)) with { Said = new(Scores(99), Scores(900)) }, "maxPredictionShift: 100 predictions of each looked at (99 of the candidate" },
        { "predictions that chance could explain", Facts(new Limits(MaxPredictionShift: 0.02), Traffic(900), Traffic(900)) with { Said = new(Scores(200), Scores(200)) }, "maxPredictionShift: more predictions" },
        { "predictions that are no numbers", Facts(new Limits(MaxPredictionShift: 0.2), Traffic(900), Traffic(900)) with { Said = new(NoNumbers(900), Scores(900)) }, "maxPredictionShift: their predictions are not of one kind" },
        { "more classes than can be told apart", Facts(new Limits(MaxPredictionShift: 0.2), Traffic(900), Traffic(900)) with { Said = new(ManyClasses(900), ManyClasses(900)) }, "maxPredictionShift: their predictions" },
        { "no labels", Facts(new Limits(MinQuality: 0.7), Traffic(900), Traffic(900)), "minQuality: no labels of the candidate have arrived" },
        { "quality that is no number", Labelled(new Limits(MinQuality: 0.7), new(QualityTask.Regression, 900, double.NaN, 1)), "minQuality: no labels of the candidate have arrived" },
        { "few labels", Labelled(new Limits(MinQuality: 0.7), Right(99, 99)), "minQuality: 100 labelled requests of the candidate (99 so far)" },
        { "labels that may be chance", Labelled(new Limits(MinQuality: 0.7), Right(80, 100)), "minQuality: more labels (0.8 of 100 requests may be 0.6" },
        { "labels that may be bad luck", Labelled(new Limits(MinQuality: 0.7), Right(60, 100)), "minQuality: more labels" },
        { "few labels of the primary", Labelled(new Limits(MaxQualityDrop: 0.1), Right(900, 900), Right(99, 99)), "maxQualityDrop: 100 labelled requests of the primary (99 so far)" },
        { "no labels of the primary", Labelled(new Limits(MaxQualityDrop: 0.1), Right(900, 900)), "maxQualityDrop: no labels of the primary have arrived" },
        { "two samples that may be alike or not", Labelled(new Limits(MaxQualityDrop: 0.05), Right(80, 100), Right(80, 100)), "maxQualityDrop: more labels" },
        { "classes beside numbers", Labelled(new Limits(MaxQualityDrop: 0.05), Right(900, 1_000), new(QualityTask.Regression, 1_000, 900, 850)), "maxQualityDrop: one names classes" },
        { "latency that was not measured", Facts(new Limits(MaxP99Ms: 50), Traffic(900) with { Latency = LatencyCounts.None }, Traffic(900)), "maxP99Ms: no data of the candidate" },
    };

    /// <summary>80 of 100 right are 0.65 at least and 0.91 at most, 800 of 1,000 are 0.76 to 0.84: beyond these bounds labels decide.</summary>
    [Theory]
    [InlineData(80, 100, 0.6, Verdict.Pass)]
    [InlineData(80, 100, 0.92, Verdict.Fail)]
    [InlineData(800, 1_000, 0.75, Verdict.Pass)]
    [InlineData(800, 1_000, 0.85, Verdict.Fail)]
    public void Labels_decide_when_chance_cannot_explain_them(int right, int of, double least, Verdict expected) =>
        Assert.Equal(expected, Judge(Labelled(new Limits(MinQuality: least), Right(right, of))).Verdict);

    [Theory]
    [InlineData(900, 900, 0.1, Verdict.Pass)]
    [InlineData(700, 900, 0.1, Verdict.Fail)]
    [InlineData(990, 900, 0, Verdict.Pass)]
    public void A_candidate_is_held_against_the_primary_by_its_labels(int right, int primary, double most, Verdict expected) =>
        Assert.Equal(expected, Judge(Labelled(new Limits(MaxQualityDrop: most), Right(right, 1_000), Right(primary, 1_000))).Verdict);

    [Fact]
    public void Labels_that_are_beyond_doubt_end_a_stage_before_its_time()
    {
        var facts = Labelled(new Limits(MinQuality: 0.8), Right(100, 200)) with { Until = Now.AddSeconds(1) };

        var verdict = Judge(facts);

        Assert.Equal((Verdict.Fail, "minQuality: 0.5 of 200 labelled requests, at least 0.8"), (verdict.Verdict, verdict.Reason));
    }

    [Theory]
    [MemberData(nameof(NeverPass), DisableDiscoveryEnumeration = true)]
    public void Missing_figures_hold_and_say_what_is_missing(string what, StageFacts facts, string missing)
    {
        var verdict = StageJudgement.Judge(facts, what == "windows of long ago" ? Now.AddSeconds(70) : Now.AddSeconds(61));

        Assert.Equal(Verdict.Inconclusive, verdict.Verdict);
        Assert.Contains(missing, verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_fails_everything_is_found_in_one_window_also_where_nothing_else_is_known()
    {
        var facts = Facts(Limits.Usual, Traffic(3, 3), TrafficSum.None) with { Began = null, Until = null, Missing = ["windows of router r2"] };

        Assert.Equal(Verdict.Fail, Judge(facts).Verdict);
    }

    /// <summary>flagger#225: everything is slow at the moment, and the candidate no slower than the primary.</summary>
    [Fact]
    public void A_candidate_is_held_against_the_primary_of_the_same_time()
    {
        var relative = new Limits(MaxP50Ratio: 2, MaxP99Ratio: 2);

        Assert.Equal(Verdict.Pass, Judge(Facts(relative, Traffic(500, ms: 320), Traffic(900, ms: 300))).Verdict);
        Assert.Equal(Verdict.Fail, Judge(Facts(new Limits(MaxP99Ms: 100), Traffic(500, ms: 320), Traffic(900, ms: 300))).Verdict);
    }

    [Fact]
    public void A_fifth_of_a_second_more_is_found_after_ten_requests_and_a_fraction_of_a_millisecond_never()
    {
        var early = Facts(Limits.Usual, Traffic(10, ms: 203), Traffic(60, ms: 3)) with { Until = Now.AddSeconds(1) };

        var verdict = Judge(early);

        Assert.Equal(Verdict.Fail, verdict.Verdict);
        Assert.Contains("maxP50Ratio: 10 of 10 requests took more than", verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, Judge(Facts(Limits.Usual, Traffic(500, ms: 0.9), Traffic(900, ms: 0.3))).Verdict);
    }

    [Fact]
    public void Errors_are_held_against_the_primarys()
    {
        var limits = new Limits(MaxErrorRateOverPrimary: 0.01);

        Assert.Equal(Verdict.Pass, Judge(Facts(limits, Traffic(1_000, 110), Traffic(1_000, 100))).Verdict);
        Assert.Equal(Verdict.Fail, Judge(Facts(limits, Traffic(1_000, 112), Traffic(1_000, 100))).Verdict);
        Assert.Equal(Verdict.Fail, Judge(Facts(limits, Traffic(20, 20), Traffic(1_000, 100)) with { Until = Now.AddSeconds(1) }).Verdict);
    }

    [Fact]
    public void What_goes_wrong_late_is_not_hidden_by_what_went_well_before()
    {
        var facts = Facts(Errors, Traffic(100_000, 20), Traffic(900)) with { Recent = new(Traffic(40, 20), Traffic(900)) };

        Assert.Equal(Verdict.Fail, Judge(facts).Verdict);
    }

    /// <summary>Answers, rows of them, rows that differ, and what follows at 90 % and 100 answers at least, before its time and at its end.</summary>
    [Theory]
    [InlineData(100, 100, 10, Verdict.Inconclusive, Verdict.Pass)]
    [InlineData(100, 100, 11, Verdict.Inconclusive, Verdict.Fail)]
    [InlineData(100, 100, 30, Verdict.Fail, Verdict.Fail)]
    [InlineData(5, 5, 5, Verdict.Fail, Verdict.Fail)]
    [InlineData(2, 2, 1, Verdict.Inconclusive, Verdict.Inconclusive)]
    [InlineData(2, 2_000, 1_000, Verdict.Inconclusive, Verdict.Inconclusive)]
    public void Agreement_is_judged_by_requests_however_many_rows_they_have(long answers, long rows, long different, Verdict early, Verdict late)
    {
        var facts = Facts(new Limits(MinAgreement: 0.9), Traffic(900), Traffic(900)) with { Agreed = new(answers, rows, different) };

        Assert.Equal((early, late), (Judge(facts with { Until = Now.AddSeconds(1) }).Verdict, Judge(facts).Verdict));
    }

    [Fact]
    public void Predictions_are_held_against_the_primarys_and_a_shift_beyond_doubt_ends_the_stage_at_once()
    {
        var facts = Facts(new Limits(MaxPredictionShift: 0.2), Traffic(900), Traffic(900));

        Assert.Equal(Verdict.Pass, Judge(facts with { Said = new(Scores(2_000), Scores(2_000, seed: 2)) }).Verdict);
        Assert.Equal(Verdict.Fail, Judge(facts with { Said = new(Scores(2_000, by: 0.2), Scores(2_000)), Until = Now.AddSeconds(1) }).Verdict);
        Assert.Equal(Verdict.Inconclusive, Judge(facts with { Said = new(Scores(2_000), Scores(2_000, seed: 2)), Until = Now.AddSeconds(1) }).Verdict);
    }

    [Fact]
    public void A_candidate_half_of_whose_predictions_are_no_numbers_fails()
    {
        var half = Scores(500) with { Sampled = 1_000, Classes = [new("(not a number)", 500)] };

        Assert.Equal(Verdict.Fail, Judge(Facts(new Limits(MaxPredictionShift: 0.2), Traffic(900), Traffic(900)) with { Said = new(half, Scores(1_000)) }).Verdict);
    }

    [Fact]
    public void A_stored_verdict_is_the_same_when_it_is_judged_again()
    {
        var answers = Facts(new Limits(MaxPredictionShift: 0.2, MinAgreement: 0.9), Traffic(500), Traffic(900)) with { Said = new(Scores(900), Scores(900, seed: 2)), Agreed = new(200, 400, 12) };
        foreach (var facts in (StageFacts[])[
            Facts(Limits.Usual, Traffic(500), Traffic(900)), Facts(Limits.Usual, Traffic(9, 9), Traffic(900)), Facts(Limits.Usual, Traffic(9), Traffic(900)),
            After(Errors, new(Traffic(40, 40), Traffic(160))), answers, answers with { Said = new(Scores(900, by: 0.3), Scores(900)) }, answers with { Agreed = new(200, 400, 90) }])
        {
            var judged = Judge(facts);
            var read = JsonSerializer.Deserialize<StageFacts>(JsonSerializer.Serialize(facts, Json.Options), Json.Options)!;

            var kept = RolloutVerdict.Keep(PromotionId.New(Now), 0, read, judged, Now.AddSeconds(61));

            Assert.Equal(judged.Verdict, RolloutVerdict.Recompute(kept));
            Assert.Equal(judged.Reason, StageJudgement.Judge(read, kept.At).Reason);
        }
    }

    /// <summary>Half a minute went well; of the newest 40 requests so many failed, at a limit of 5 %.</summary>
    [Theory]
    [InlineData(6, Verdict.Inconclusive)]
    [InlineData(12, Verdict.Fail)]
    [InlineData(40, Verdict.Fail)]
    public void What_broke_a_moment_ago_does_not_wait_until_it_outweighs_what_went_well(int errors, Verdict expected)
    {
        var facts = After(Errors, new(Traffic(40, errors), Traffic(160)));

        Assert.Equal(expected, Judge(facts).Verdict);
    }

    [Theory]
    [InlineData(2, Verdict.Fail)]
    [InlineData(200, Verdict.Inconclusive)]
    public void A_candidate_that_has_just_become_slow_fails_unless_the_primary_has_too(double primary, Verdict expected)
    {
        var facts = After(new Limits(MaxP50Ratio: 2), new(Traffic(30, ms: 200), Traffic(160, ms: primary)));

        Assert.Equal(expected, Judge(facts).Verdict);
    }

    /// <summary>A day of windows of half a second, at an error rate of three fifths of the limit.</summary>
    [Fact]
    public void Many_looks_at_newest_windows_do_not_fail_a_candidate_that_keeps_its_limit()
    {
        var random = new Random(20261128);
        var failed = 0;
        for (var window = 0; window < 172_800; window++)
            failed += Breaches.Of(After(Errors, new(Traffic(40, Enumerable.Range(0, 40).Count(_ => random.NextDouble() < 0.03)), Traffic(160)))).Any() ? 1 : 0;

        Assert.Equal(0, failed);
    }

    private static StageFacts After(Limits limits, Compared newest)
    {
        var well = new Compared(Traffic(2_400, 20), Traffic(9_600));
        return Facts(limits, well.Candidate, well.Primary) with { Recent = well, Latest = [newest], Until = Now.AddSeconds(31) };
    }

    private static StageVerdict Judge(StageFacts facts) => StageJudgement.Judge(facts, Now.AddSeconds(61));

    private static StageFacts Facts(Limits limits, TrafficSum candidate, TrafficSum? primary) =>
        new(limits, 100, TimeSpan.FromSeconds(60), Now, Now, Now.AddSeconds(60), new(candidate, primary), new(TrafficSum.None, TrafficSum.None), []);

    private static TrafficSum Traffic(long requests, long errors = 0, double ms = 2) => new(requests, errors, new(LatencySketch.Bucket(ms * 1_000), [requests]));

    private static Distribution Scores(int n, double by = 0, int seed = 1)
    {
        var random = new Random(seed);
        var counts = new long[LogScale.Difference.Buckets];
        for (var i = 0; i < n; i++)
            counts[LogScale.Difference.Bucket(Math.Pow(random.NextDouble(), 2) + by)]++;
        return Distribution.None with { Sampled = n, Positive = new(0, counts) };
    }

    private static Distribution NoNumbers(int n) => Distribution.None with { Sampled = n, Classes = [new("(not a number)", n)] };

    private static Distribution ManyClasses(int n) =>
        Distribution.None with { Sampled = n, Classes = [.. Enumerable.Range(0, 101).Select(i => new ClassCount($"{i}", i == 0 ? n - 100 : 1))] };

    private static StageFacts Labelled(Limits limits, QualityScore candidate, QualityScore? primary = null) =>
        Facts(limits, Traffic(900), Traffic(900)) with { Quality = new(candidate, primary) };

    private static QualityScore Right(long right, long of) => new(QualityTask.Classification, of, right, right);
}
