using System.Net;
using System.Text.Json;
using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

/// <summary>Who may read the schema by queries; where one may not, a misspelt name gets no hint of the right one either.</summary>
public sealed class IntrospectionTests
{
    [Theory]
    [InlineData(IntrospectionAccess.Everyone, false, true)]
    [InlineData(IntrospectionAccess.Authenticated, false, false)]
    [InlineData(IntrospectionAccess.Authenticated, true, true)]
    [InlineData(IntrospectionAccess.Nobody, true, false)]
    public async Task The_switch_decides_about_introspection(IntrospectionAccess access, bool signedIn, bool allowed)
    {
        await using var host = await GatedHost.StartAsync(o => o.Introspection = access, signedIn ? DateTimeOffset.UtcNow.AddHours(1) : null);

        foreach (var query in (string[])["{ __schema { queryType { name } } }", "{ __type(name: \"Book\") { name } }", "{ ...F } fragment F on Query { x: __schema { description } }"])
        {
            using var answer = await host.PostAsync(query, accept: "application/graphql-response+json");
            Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            Assert.Equal(allowed ? [] : ["INTROSPECTION_DISABLED"], body.Codes());
        }

        Assert.Equal("Query", (await host.AskAsync("{ __typename }")).At("data.__typename").GetString());
    }

    [Theory]
    [InlineData(IntrospectionAccess.Authenticated)]
    [InlineData(IntrospectionAccess.Nobody)]
    public async Task Who_may_not_read_the_schema_gets_no_hint_of_it(IntrospectionAccess access)
    {
        await using var host = await GatedHost.StartAsync(o => o.Introspection = access);

        foreach (var query in (string[])["{ book }", "{ books(abut: \"x\", limit: 1) { title } }", "{ books(about: \"x\", limit: 1) { titel } }"])
        {
            var message = (await host.AskAsync(query)).Message();
            Assert.DoesNotContain("Did you mean", message, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("title", message, StringComparison.Ordinal);
            Assert.DoesNotContain("\"about\"", message, StringComparison.Ordinal);
        }
    }
}
