using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Promotions;
using ModelHub.Cli.Shadows;

namespace ModelHub.Cli.Demo;

/// <summary>Bringing versions into environments, as the people of the story do it.</summary>
internal sealed class Release(Session session, Cast cast)
{
    private static readonly TimeSpan bound = TimeSpan.FromMinutes(2);

    /// <summary>Production asks for staging first, for one approval, and for an AUC no worse than the champion's.</summary>
    public Task SetPolicyAsync(CancellationToken ct) => cast.Admin.ChangeAsync(Documents.UpdateEnvironmentPolicy, new()
    {
        ["environment"] = "production",
        ["policy"] = new JsonObject
        {
            ["metricGates"] = new JsonArray(new JsonObject { ["metric"] = "auc", ["margin"] = 0, ["direction"] = "HIGHER_IS_BETTER" }),
            ["requiredChecks"] = new JsonArray(),
            ["approvals"] = 1,
            ["promotionFrom"] = "staging",
        },
    }, ct);

    /// <summary>The scientist asks, the release owner approves where that is wanted; ends when the version is live.</summary>
    public async Task PromoteAsync(int version, string environment, JsonObject figures, CancellationToken ct)
    {
        var input = new JsonObject { ["model"] = cast.Model, ["version"] = version, ["environment"] = environment };
        var opened = (await cast.Scientist.ChangeAsync(Documents.PromoteVersion, input, ct))["promotion"]!;
        var id = opened["id"].Text();
        var at = await WaitAsync(id, now => PromotionView.HasEnded(now) || now["state"].Text() == "AWAITING_APPROVAL", ct);
        if (at["state"].Text() == "AWAITING_APPROVAL")
        {
            await RequesterMayNotApproveAsync(id, figures, ct);
            await cast.Owner.ChangeAsync(Documents.ApprovePromotion, new() { ["promotion"] = id, ["reason"] = "Metrics and gates seen." }, ct);
            at = await WaitAsync(id, PromotionView.HasEnded, ct);
        }

        if (at["state"].Text() != "LIVE")
            throw new StepFailedException($"The promotion of version {version} to {environment} is {at["state"].Word()}: {at["reason"].Text()}");
        figures["gatesPassed"] = at["gates"].Items().Count(gate => gate["verdict"].Text() == "PASS");
        figures["timeToLiveMs"] = at["timeToLiveMs"].Copy();
    }

    /// <summary>A shadow test that asks for no agreement, since a better model answers otherwise, but for sound answers to the same requests.</summary>
    public async Task CompareAsync(int version, JsonObject figures, CancellationToken ct)
    {
        var opened = (await cast.Admin.ChangeAsync(Documents.StartShadowTest, new()
        {
            ["model"] = cast.Model,
            ["version"] = version,
            ["environment"] = "production",
            ["minimumSamples"] = 300,
            ["limits"] = new JsonObject { ["maxErrorRateOverPrimary"] = 0.01 },
            ["redacted"] = new JsonArray("*"),
        }, ct))["shadowTest"]!;
        var ended = await Waiting.UntilAsync(session.Screen, "Comparing", bound, async () =>
        {
            var now = await ShadowView.ReadAsync(cast.Admin, opened["id"].Text(), ct);
            return ShadowView.HasEnded(now) ? now : null;
        }, ct) ?? throw new StepFailedException($"The shadow test has not ended after {bound.TotalMinutes:0} minutes.");
        if (ended["state"].Text() != "PASSED")
            throw new StepFailedException($"The shadow test is {ended["state"].Word()}: {ended["reason"].Text()}");
        var report = ended["report"]!;
        figures["compared"] = report["compared"].Copy();
        figures["rowsThatDiffer"] = report["differentRows"].Copy();
        figures["otherClass"] = report["outputs"].Items().Sum(output => output["flips"].Whole());
        figures["rankCorrelation"] = report["outputs"].Items().Select(output => output["rankCorrelation"]).FirstOrDefault(rho => rho is not null).Copy();
    }

    private async Task RequesterMayNotApproveAsync(string promotion, JsonObject figures, CancellationToken ct)
    {
        try
        {
            await cast.Scientist.ChangeAsync(Documents.ApprovePromotion, new() { ["promotion"] = promotion }, ct);
        }
        catch (RefusedException refused) when (refused.Refusal.Name == "ApprovalByRequester")
        {
            figures["ownApproval"] = "refused";
            return;
        }

        throw new StepFailedException("The requester could approve the own promotion.");
    }

    private async Task<JsonObject> WaitAsync(string id, Func<JsonObject, bool> until, CancellationToken ct) =>
        await Waiting.UntilAsync(session.Screen, "Promoting", bound, async () =>
        {
            var now = await PromotionView.ReadAsync(cast.Admin, id, ct);
            return until(now) ? now : null;
        }, ct) ?? throw new StepFailedException($"The promotion has not ended after {bound.TotalMinutes:0} minutes.");
}
