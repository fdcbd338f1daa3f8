using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Domain.Access;

public sealed class PermitsTests
{
    private static readonly TokenScope[] AllScopes = Enum.GetValues<TokenScope>();

    [Theory]
    [InlineData(Role.Viewer, "Read")]
    [InlineData(Role.Contributor, "Read Write RequestPromotion Infer")]
    [InlineData(Role.Approver, "Read Approve")]
    [InlineData(Role.Operator, "Read Write RequestPromotion Operate Infer")]
    [InlineData(Role.Admin, "Read Write RequestPromotion Approve Operate Infer Administer")]
    public void A_role_holds_exactly_these_permissions(Role role, string permissions)
    {
        var held = Enum.GetValues<Permission>().Where(p => Permits.To(Holding(new Grant(role, "*", "*")), p, Place.Everywhere));

        Assert.Equal(permissions, string.Join(' ', held));
    }

    [Theory]
    [InlineData(TokenScope.Read, "Read")]
    [InlineData(TokenScope.Write, "Read Write RequestPromotion Approve Operate")]
    [InlineData(TokenScope.Infer, "Infer")]
    [InlineData(TokenScope.Admin, "Read Write RequestPromotion Approve Operate Infer Administer")]
    public void A_scope_cuts_the_role_of_an_administrator_down_to_these(TokenScope scope, string permissions)
    {
        var principal = Holding(new Grant(Role.Admin, "*", "*")) with { Scopes = [scope] };

        var held = Enum.GetValues<Permission>().Where(p => Permits.To(principal, p, Place.Everywhere));

        Assert.Equal(permissions, string.Join(' ', held));
    }

    [Theory]
    [InlineData("*", "*", "risk.credit-scoring", "production", true)]
    [InlineData("risk", "*", "risk.credit-scoring", "production", true)]
    [InlineData("risk", "*", "risk.eu.cards", "production", true)]
    [InlineData("risk", "*", "risky.model", "production", false)]
    [InlineData("risk.credit-scoring", "*", "risk.credit-scoring", "production", true)]
    [InlineData("risk.credit-scoring", "*", "risk.credit-scoring-2", "production", false)]
    [InlineData("risk", "staging", "risk.credit-scoring", "production", false)]
    [InlineData("risk", "staging", "risk.credit-scoring", "staging", true)]
    [InlineData("risk", "staging", "risk.credit-scoring", null, true)]
    [InlineData("risk", "*", null, null, false)]
    [InlineData("*", "staging", null, null, false)]
    [InlineData("*", "staging", null, "staging", true)]
    [InlineData("risk", "*", null, "staging", false)]
    public void A_grant_reaches_as_far_as_it_is_bound(string @namespace, string environment, string? model, string? where, bool permitted) =>
        Assert.Equal(permitted, Permits.To(Holding(new Grant(Role.Operator, @namespace, environment)), Permission.Write, new Place(model, where)));

    [Fact]
    public void Who_holds_nothing_may_nothing()
    {
        var nobody = Holding();

        Assert.All(Enum.GetValues<Permission>(), p => Assert.False(Permits.To(nobody, p, Place.Somewhere)));
        Assert.Empty(Permits.Namespaces(nobody, Permission.Read));
    }

    [Fact]
    public void Grants_do_not_add_up_across_places()
    {
        var principal = Holding(new Grant(Role.Viewer, "*", "*"), new Grant(Role.Operator, "risk", "staging"));

        Assert.False(Permits.To(principal, Permission.Write, Place.In("risk.credit-scoring", "production")));
        Assert.True(Permits.To(principal, Permission.Read, Place.In("fraud.cards", "production")));
    }

    private static Principal Holding(params Grant[] grants) => new(PrincipalKind.User, "ada", Actor.User("ada"), grants, AllScopes);
}
