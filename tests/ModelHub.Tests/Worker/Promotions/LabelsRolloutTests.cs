using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>Stages that are judged by labels: over a real database and two real workers; predictions and labels are written by the test.</summary>
public sealed class LabelsRolloutTests(TestPostgres server) : PromotionLoops(server)
{
    private static readonly StageLimits Limits = new(MinQuality: 0.7, MaxQualityDrop: 0.2);

    [Theory]
    [InlineData(9, PromotionState.Live, Verdict.Pass)]
    [InlineData(4, PromotionState.RolledBack, Verdict.Fail)]
    public async Task Labels_let_through_what_is_right_and_roll_back_what_is_wrong(int rightOfTen, PromotionState expected, Verdict verdict)
    {
        await using var traffic = new RowTraffic(database);
        await using var labels = new RowLabels(database) { RightOfTen = { [2] = rightOfTen } };
        traffic.Start();
        labels.Start();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);

        var promotion = await PromoteAsync(await RegisterAsync(0.82), "staging", Plan());

        await InStateAsync(promotion, expected);
        await using var db = database.Open();
        var kept = await db.RolloutVerdicts.Where(v => v.PromotionId == promotion).OrderByDescending(v => v.At).FirstAsync(Ct);
        Assert.Equal((verdict, verdict), (kept.Verdict, RolloutVerdict.Recompute(kept)));
        Assert.Equal(["maxQualityDrop", "minQuality"], kept.Findings.Select(f => f.Limit).Order());
        Assert.Equal(rightOfTen / 10.0, kept.Facts.Quality!.Candidate.Mean!.Value, 9);
        Assert.InRange(kept.Facts.Quality.Candidate.Requests, 100, long.MaxValue);
    }

    [Fact]
    public async Task Without_labels_a_stage_holds_and_says_what_is_missing()
    {
        await using var traffic = new RowTraffic(database);
        traffic.Start();
        await InStateAsync(await PromoteAsync(await RegisterAsync(0.80), "staging"), PromotionState.Live);

        var id = await PromoteAsync(await RegisterAsync(0.82), "staging", Plan());

        var held = await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Promotions.AsNoTracking().SingleAsync(p => p.Id == id, Ct);
        }, p => p.Held, what: "A promotion that is held");
        Assert.Contains("minQuality: no labels of the candidate have arrived, maxQualityDrop: no labels of the candidate have arrived", held.Reason, StringComparison.Ordinal);
    }

    private static RolloutPlan Plan() =>
        new("labels", [new Stage.Canary(20, TimeSpan.FromSeconds(1), 100, TimeSpan.FromSeconds(8), Limits), new Stage.Live()]);
}
