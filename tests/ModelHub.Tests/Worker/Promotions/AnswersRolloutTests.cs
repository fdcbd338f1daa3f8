using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>Stages that are judged by what is answered: over a real database and two real workers; what routers would tell is written by the test.</summary>
public sealed class AnswersRolloutTests(TestPostgres server) : PromotionLoops(server)
{
    private static readonly StageLimits Shift = new(MaxPredictionShift: 0.25);
    private static readonly StageLimits Agreement = new(MinAgreement: 0.9);

    [Theory]
    [InlineData(0, PromotionState.Live, Verdict.Pass)]
    [InlineData(0.8, PromotionState.RolledBack, Verdict.Fail)]
    public async Task A_limit_on_shift_lets_through_what_says_the_same_and_rolls_back_what_does_not(double by, PromotionState expected, Verdict verdict)
    {
        var kept = await RollOutAsync(Shift, new RowAnswers(database) { Shift = by }, expected);

        Assert.Equal(("maxPredictionShift", verdict), (kept.Findings[0].Limit, kept.Verdict));
        Assert.True(kept.Facts.Said!.Candidate.Sampled >= 100 && kept.Facts.Said.Primary.Sampled >= 100);
    }

    [Theory]
    [InlineData(0.02, PromotionState.Live, Verdict.Pass, ShadowTestState.Passed)]
    [InlineData(0.5, PromotionState.RolledBack, Verdict.Fail, ShadowTestState.Failed)]
    public async Task A_limit_on_agreement_compares_copies_beside_the_canary_and_judges_it_by_them(
        double differ, PromotionState expected, Verdict verdict, ShadowTestState state)
    {
        var kept = await RollOutAsync(Agreement, new RowAnswers(database) { Differ = differ }, expected);

        Assert.Equal(("minAgreement", verdict), (kept.Findings[0].Limit, kept.Verdict));
        await using var db = database.Open();
        var test = await db.ShadowTests.SingleAsync(Ct);
        Assert.Equal((state, 20.0, true), (test.State, test.Options.Percent, test.Options.Accompanies));
        Assert.Equal(1, await db.Variants.CountAsync(v => v.ValidTo == null, Ct));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task Each_stage_compares_for_itself_and_ends_its_comparison()
    {
        await using var traffic = new RowTraffic(database);
        await using var answers = new RowAnswers(database);
        traffic.Start();
        answers.Start();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);
        var second = Plan(Agreement) with { Name = "twice" };

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", second with { Stages = [second.Stages[0], ((Stage.Canary)second.Stages[0]) with { Weight = 50 }, second.Stages[1]] });

        await InStateAsync(promotion, PromotionState.Live);
        await using var db = database.Open();
        var tests = await db.ShadowTests.OrderBy(t => t.StartedAt).ToListAsync(Ct);
        Assert.Equal([(ShadowTestState.Passed, 20.0), (ShadowTestState.Passed, 50.0)], tests.Select(t => (t.State, t.Options.Percent)));
        Assert.All(await db.RolloutVerdicts.ToListAsync(Ct), kept => Assert.True(kept.Facts.Agreed!.Answers >= 100));
        Assert.Empty(fleet.Gaps);
    }

    [Fact]
    public async Task Without_answers_both_hold_and_say_what_is_missing()
    {
        await using var traffic = new RowTraffic(database);
        traffic.Start();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);

        var id = await PromoteAsync(await RegisterAsync(0.82), "staging", Plan(new StageLimits(MaxPredictionShift: 0.25, MinAgreement: 0.9)));

        var held = await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Promotions.AsNoTracking().SingleAsync(p => p.Id == id, Ct);
        }, p => p.Held, what: "A promotion that is held");
        Assert.Contains("maxPredictionShift: no data of what they say, minAgreement: no data of copies", held.Reason, StringComparison.Ordinal);
    }

    private async Task<RolloutVerdict> RollOutAsync(StageLimits limits, RowAnswers answers, PromotionState expected)
    {
        await using var traffic = new RowTraffic(database);
        await using var told = answers;
        traffic.Start();
        answers.Start();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", Plan(limits));

        await InStateAsync(promotion, expected);
        await using var db = database.Open();
        var kept = await db.RolloutVerdicts.SingleAsync(v => v.PromotionId == promotion, Ct);
        Assert.Equal(kept.Verdict, RolloutVerdict.Recompute(kept));
        return kept;
    }

    private static RolloutPlan Plan(StageLimits limits) =>
        new("answers", [new Stage.Canary(20, TimeSpan.FromSeconds(1), 100, TimeSpan.FromSeconds(6), limits), new Stage.Live()]);
}
