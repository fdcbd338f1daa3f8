using ModelHub.Console.Access;
using ModelHub.Console.Endpoints;
using ModelHub.Console.Graph;
using ModelHub.Console.Promotions;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class PromotionPageTests
{
    private static readonly DateTimeOffset noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_journey_shows_what_is_passed_where_it_stands_and_what_is_ahead()
    {
        var journey = Journey.Of(Promotion("AWAITING_APPROVAL", approvals: 1, "REQUESTED", "GATES_EVALUATING", "AWAITING_APPROVAL")).ToArray();

        Assert.Equal(["ok", "ok", "now", "later", "later", "later"], journey.Select(station => station.Look));
        Assert.Equal(["PLACING", "SHIFTING", "LIVE"], journey.Skip(3).Select(station => station.Name));
    }

    [Fact]
    public void An_environment_without_approvals_has_no_approval_ahead()
    {
        var journey = Journey.Of(Promotion("GATES_EVALUATING", approvals: 0, "REQUESTED", "GATES_EVALUATING"));

        Assert.DoesNotContain(journey, station => station.Name == "AWAITING_APPROVAL");
    }

    [Theory]
    [InlineData("REFUSED", "bad")]
    [InlineData("ROLLED_BACK", "warn")]
    [InlineData("LIVE", "ok")]
    public void A_journey_that_is_over_has_nothing_ahead(string state, string look)
    {
        var journey = Journey.Of(Promotion(state, approvals: 1, "REQUESTED", state)).ToArray();

        Assert.Equal(2, journey.Length);
        Assert.Equal(look, journey[^1].Look);
    }

    [Theory]
    [InlineData("APPROVER", "risk", "production", "risk.credit-scoring", "production", true)]
    [InlineData("APPROVER", "risk", "staging", "risk.credit-scoring", "production", false)]
    [InlineData("APPROVER", "ris", "*", "risk.credit-scoring", "production", false)]
    [InlineData("OPERATOR", "*", "*", "risk.credit-scoring", "production", false)]
    [InlineData("ADMIN", "*", "*", "risk.credit-scoring", "production", true)]
    public void A_button_knows_beforehand_who_may_approve(string role, string space, string environment, string model, string where, bool may)
    {
        var me = new Me("USER", "jon", [new RoleBinding(role, space, environment)]);

        Assert.Equal(may, me.WhyNot(Deed.Approve, model, where) is null);
    }

    [Fact]
    public void A_rollback_goes_to_the_version_that_lost_the_traffic_last_and_is_still_held()
    {
        var endpoint = new EndpointDetail(
            "e", "risk.credit-scoring", "production", null, null, 7, new PrimaryVersion(3), null, [new Variant("v", 3, "PRIMARY", 100, null, 2, null)],
            [Held(3, true), Held(1, true), Held(2, true), Held(2, true, "LOADING"), Held(4, false)],
            new Nodes<RoutingChange>([Routed(3), Routed(2), Routed(1)]), new Nodes<EndpointPromotion>([]));

        var warm = Warm.Of(endpoint);

        Assert.Equal([new Warm(2, ReadyOn: 1, HeldOn: 2), new Warm(1, ReadyOn: 1, HeldOn: 1)], warm);
    }

    private static Placement Held(int version, bool wanted, string state = "READY") => new(state, wanted, new VersionNumber(version), noon, "node-1", null);

    private static RoutingChange Routed(int version) => new(noon, "jon", null, [new RoutedVariant(version, "PRIMARY", 100)]);

    private static PromotionDetail Promotion(string state, int approvals, params string[] steps) => new(
        "p", "production", null, state, "mara", noon, null, approvals, null, 1, new VersionRef("risk.credit-scoring", 4), null, [], [],
        [.. steps.Select(step => new PromotionStep(step, noon))]);
}
