using Microsoft.AspNetCore.Authorization;
using ModelHub.GraphQL;
using Xunit;
using AllowAnonymous = ModelHub.GraphQL.AllowAnonymousAttribute;
using Authorize = ModelHub.GraphQL.AuthorizeAttribute;

namespace ModelHub.Tests.GraphQL;

public sealed class AccessTests : IAsyncDisposable
{
    private readonly Graph graph = Graph.Of([typeof(Query), typeof(DocumentFields)], more: b => b.Services.AddAuthorizationCore(o =>
    {
        o.AddPolicy("staff", p => p.RequireRole("staff"));
        o.AddPolicy("own", p => p.RequireAssertion(c => c.Resource is string text && text.StartsWith(c.User.Identity!.Name!, StringComparison.Ordinal)));
    }));

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    [Fact]
    public async Task Who_is_not_signed_in_gets_what_is_open_and_one_error_per_closed_field()
    {
        var answer = await graph.Run("{ open document { title } }");

        Assert.Equal("""{"open":"hello","document":null}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["AUTH_NOT_AUTHENTICATED"], answer.Codes());
    }

    [Fact]
    public async Task A_policy_below_the_root_takes_only_its_field()
    {
        var answer = await graph.Run("{ document { title salary } }", user: Graph.User());

        Assert.Equal("""{"document":{"title":"t","salary":null}}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["AUTH_NOT_AUTHORIZED"], answer.Codes());
        Assert.Equal("""{"document":{"salary":5}}""", (await graph.Run("{ document { salary } }", user: Graph.User("staff"))).Data().GetRawText());
    }

    [Fact]
    public async Task A_policy_on_a_type_guards_every_field_of_it_however_it_is_reached()
    {
        await using var vault = Guarded();

        var answer = await vault.Run("{ vault { label gold keeper { name } } box { label } }", user: Graph.User());

        Assert.Equal("""{"vault":{"label":null,"gold":null,"keeper":null},"box":{"label":null}}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["AUTH_NOT_AUTHORIZED", "AUTH_NOT_AUTHORIZED", "AUTH_NOT_AUTHORIZED", "AUTH_NOT_AUTHORIZED"], answer.Codes());
        Assert.Equal("""{"vault":{"label":"v","gold":7}}""", (await vault.Run("{ vault { label gold } }", user: Graph.User("staff"))).Data().GetRawText());
    }

    [Fact]
    public async Task A_field_of_a_guarded_type_can_be_opened_and_an_extension_guards_only_what_it_adds()
    {
        await using var vault = Guarded();

        var answer = await vault.Run("{ vault { address keeper { name } } keeper { name wage } }", user: Graph.User());

        Assert.Equal("""{"vault":{"address":"main street","keeper":null},"keeper":{"name":"kim","wage":null}}""", answer.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task What_names_no_policy_has_that_of_the_options_below_the_root_too()
    {
        await using var closed = Graph.Of([typeof(VaultQuery), typeof(VaultFields), typeof(Wages)], o =>
        {
            o.DefaultPolicy = "staff";
            o.RequirePolicies = true;
        }, b => b.Services.AddAuthorizationCore(o => o.AddPolicy("staff", p => p.RequireRole("staff"))));

        var answer = await closed.Run("{ vault { address label } }", user: Graph.User());

        Assert.Equal("""{"vault":null}""", answer.GetProperty("data").GetRawText());
        Assert.Equal("""{"keeper":{"name":"kim"}}""", (await closed.Run("{ keeper { name } }", user: Graph.User("staff"))).Data().GetRawText());
    }

    [Fact]
    public void A_field_below_the_root_without_policy_stops_the_start_too()
    {
        var refused = Assert.Throws<SchemaException>(() => Graph.Of([typeof(VaultQuery), typeof(VaultFields), typeof(Wages)], o => o.RequirePolicies = true).Executor);

        Assert.Contains("Keeper.name has no policy", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Keeper.wage", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Vault.", refused.Message, StringComparison.Ordinal);
    }

    private static Graph Guarded() =>
        Graph.Of([typeof(VaultQuery), typeof(VaultFields), typeof(Wages)], more: b => b.Services.AddAuthorizationCore(o => o.AddPolicy("staff", p => p.RequireRole("staff"))));

    [Fact]
    public async Task A_resource_is_judged_by_its_value()
    {
        var answer = await graph.Run("{ mine: note(of: \"ada\") others: note(of: \"bob\") }", user: Graph.User());

        Assert.Equal("""{"mine":"ada's note","others":null}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["AUTH_NOT_AUTHORIZED"], answer.Codes());
    }

    [Fact]
    public async Task Introspection_can_be_kept_for_the_signed_in()
    {
        await using var closed = Graph.Of([typeof(Query)], o => o.Introspection = IntrospectionAccess.Authenticated);

        var anonymous = await closed.Run("query Q { open ...F } fragment F on Query { __schema { queryType { name } } }");

        Assert.Equal(["INTROSPECTION_DISABLED"], anonymous.Codes());
        Assert.Equal("Query", (await closed.Run("{ __schema { queryType { name } } }", user: Graph.User())).Data().At("__schema.queryType.name").GetString());
        Assert.Equal("Query", (await closed.Run("{ __typename }")).Data().At("__typename").GetString());
    }

    [Fact]
    public void A_root_field_without_policy_stops_the_start_where_policies_are_required()
    {
        var refused = Assert.Throws<SchemaException>(() => Graph.Of([typeof(Forgetful)], o => o.RequirePolicies = true).Executor);

        Assert.Contains("Query.forgotten has no policy", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Query.open", refused.Message, StringComparison.Ordinal);
    }

    internal sealed record Document(string Title)
    {
        [Authorize("staff")]
        public int? Salary => 5;
    }

    [QueryType]
    internal static class Query
    {
        [AllowAnonymous]
        public static string GetOpen() => "hello";

        [Authorize]
        public static Document? GetDocument() => new("t");

        [Authorize("own", Apply = ApplyPolicy.AfterResolver)]
        public static string? GetNote(string of) => of + "'s note";
    }

    [ExtendObjectType<Document>]
    internal static class DocumentFields
    {
        public static int GetLength([Parent] Document document) => document.Title.Length;
    }

    internal sealed record Keeper(string? Name);

    /// <summary>Guarded where its fields are declared.</summary>
    internal sealed record Vault(string? Label)
    {
        public int? Gold => 7;
    }

    /// <summary>Guarded by itself.</summary>
    [Authorize("staff")]
    internal sealed record Box(string? Label);

    [ObjectType<Vault>]
    [Authorize("staff")]
    internal static class VaultFields
    {
        public static Keeper? GetKeeper([Parent] Vault vault) => new(vault.Label);

        [AllowAnonymous]
        public static string GetAddress() => "main street";
    }

    [ExtendObjectType<Keeper>]
    [Authorize("staff")]
    internal static class Wages
    {
        public static int? GetWage([Parent] Keeper keeper) => keeper.Name?.Length;
    }

    [QueryType]
    internal static class VaultQuery
    {
        public static Vault? GetVault() => new("v");

        public static Box? GetBox() => new("b");

        public static Keeper? GetKeeper() => new("kim");
    }

    [QueryType]
    internal static class Forgetful
    {
        [AllowAnonymous]
        public static string GetOpen() => "hello";

        public static string GetForgotten() => "oops";
    }
}
