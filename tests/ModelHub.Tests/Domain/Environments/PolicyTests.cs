using System.Text.Json;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Environments;

public sealed class PolicyTests
{
    private static readonly WeeklyFreeze Weekend = new("weekend", [DayOfWeek.Saturday], "00:00", "00:00", "UTC");

    public static TheoryData<string, Policy> Faulty() => new()
    {
        { "policy.approvals", Policy.Open with { Approvals = 11 } },
        { "policy.approvals", Policy.Open with { Approvals = -1 } },
        { "policy.approvers", Policy.Open with { Approvers = new([Role.Approver], []) } },
        { "policy.approvers", Policy.Open with { Approvals = 1, Approvers = new([], []) } },
        { "policy.approvers.roles", Policy.Open with { Approvals = 1, Approvers = new([Role.Viewer], []) } },
        { "policy.approvers.names", Policy.Open with { Approvals = 1, Approvers = new([], ["ada"]) } },
        { "policy.approvers.names", Policy.Open with { Approvals = 1, Approvers = new([], ["system:worker"]) } },
        { "policy.metricGates", Policy.Open with { MetricGates = [new("auc", double.NaN, MetricDirection.HigherIsBetter)] } },
        { "policy.metricGates", Policy.Open with { MetricGates = [new("auc", 0, MetricDirection.HigherIsBetter), new("auc", 1, MetricDirection.HigherIsBetter)] } },
        { "policy.metricLimits", Policy.Open with { MetricLimits = [new("auc")] } },
        { "policy.metricLimits", Policy.Open with { MetricLimits = [new("auc", Min: double.NaN)] } },
        { "policy.metricLimits", Policy.Open with { MetricLimits = [new("auc", Min: 0.9, Max: 0.8)] } },
        { "policy.metricLimits", Policy.Open with { MetricLimits = [new("auc", Min: 0.9), new("auc", Max: 0.99)] } },
        { "policy.requiredChecks", Policy.Open with { RequiredChecks = ["unit", "unit"] } },
        { "policy.requiredChecks", Policy.Open with { RequiredChecks = ["Not A Name"] } },
        { "policy.promotionFrom", Policy.Open with { PromotionFrom = "staging", FromEnvironmentBefore = true } },
        { "policy.maxDataAge", Policy.Open with { MaxDataAge = TimeSpan.Zero } },
        { "policy.shadowTest.maxAge", Policy.Open with { ShadowTest = new(TimeSpan.FromDays(-1)) } },
        { "policy.freeze", Policy.Open with { Freeze = new([], []) } },
        { "policy.freeze.name", Policy.Open with { Freeze = new([Weekend, Weekend], []) } },
        { "policy.freeze.weekly.days", Policy.Open with { Freeze = new([Weekend with { Days = [] }], []) } },
        { "policy.freeze.weekly.from", Policy.Open with { Freeze = new([Weekend with { From = "7 pm" }], []) } },
        { "policy.freeze.weekly.to", Policy.Open with { Freeze = new([Weekend with { To = "24:00" }], []) } },
        { "policy.freeze.weekly.timeZone", Policy.Open with { Freeze = new([Weekend with { TimeZone = "Mars/Olympus" }], []) } },
        { "policy.freeze.dated.until", Policy.Open with { Freeze = new([], [new("year-end", Now, Now)]) } },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void What_cannot_be_meant_is_refused_by_the_name_of_the_setting(string field, Policy policy) =>
        Assert.Equal(field, Assert.IsType<InvalidInput>(policy.Check()).Field);

    [Fact]
    public void A_policy_says_the_same_after_it_was_stored()
    {
        var policy = Policy.Open with
        {
            Approvals = 2,
            Approvers = new([Role.Approver], ["user:ada"]),
            MetricLimits = [new("auc", Min: 0.7)],
            FromEnvironmentBefore = true,
            MaxDataAge = TimeSpan.FromDays(30),
            ShadowTest = new(TimeSpan.FromDays(7)),
            Freeze = new([Weekend], [new("year-end", Now, Now.AddDays(14))], FreezeAction.Refuse),
        };

        var stored = JsonSerializer.Deserialize<Policy>(JsonSerializer.Serialize(policy, Json.Options), Json.Options)!;

        Assert.Null(policy.Check());
        Assert.Equal(policy.DigestOf(), stored.DigestOf());
        Assert.NotEqual(policy.DigestOf(), (policy with { MaxDataAge = TimeSpan.FromDays(31) }).DigestOf());
    }

    [Fact]
    public void A_policy_of_before_the_new_settings_is_read_as_one_without_them()
    {
        var old = JsonSerializer.Deserialize<Policy>("""{"approvals": 1, "metricGates": [], "promotionFrom": null, "requiredChecks": []}""", Json.Options)!;

        Assert.Equal((Policy.Open with { Approvals = 1 }).DigestOf(), old.DigestOf());
    }

    [Fact]
    public void Every_change_is_a_numbered_version()
    {
        var place = Place(Policy.Open);
        var first = place.Record(Ada, "as created", Now);

        var second = place.Adopt(Policy.Open with { Approvals = 2 }, Bob, "two pairs of eyes", Now.AddDays(1)).Value;
        var refused = place.Adopt(Policy.Open with { Approvals = 99 }, Bob, null, Now.AddDays(2)).Refusal;

        Assert.Equal([(1, "user:ada", 0), (2, "user:bob", 2)], new[] { first, second }.Select(v => (v.Number, v.ChangedBy, v.Policy.Approvals)));
        Assert.Equal(place.Policy.DigestOf(), second.Digest);
        Assert.NotNull(refused);
        Assert.Equal((2, 2), (place.PolicyNumber, place.Policy.Approvals));
    }

    [Theory]
    [InlineData("user:ada", new Role[0], true)]
    [InlineData("user:bob", new[] { Role.Approver }, true)]
    [InlineData("user:bob", new[] { Role.Admin }, false)]
    [InlineData("token:ada", new Role[0], false)]
    public void Approvals_count_from_the_roles_and_names_of_the_policy(string actor, Role[] roles, bool counts) =>
        Assert.Equal(counts, new Approvers([Role.Approver], ["user:ada"]).Include(new Actor(actor), roles));
}
