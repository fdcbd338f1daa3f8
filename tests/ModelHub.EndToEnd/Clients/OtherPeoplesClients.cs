using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Clients;

/// <summary>Clients that know nothing of ModelHub but its schema, taken from npm, each in a script of its own beside this file.</summary>
[Collection(SharedStack.Name)]
public sealed class OtherPeoplesClients(SharedStack shared)
{
    [Theory]
    [InlineData("apollo.mjs", "pages merged, entities normalised, refusals typed, events received")]
    [InlineData("urql.mjs", "cached, pages merged, entities normalised, events received")]
    [InlineData("streams.mjs", "queries, errors and events over both")]
    [InlineData("codegen.mjs", "typed and compiled")]
    public async Task A_client_reads_changes_and_follows_the_registry(string script, string told)
    {
        var file = Path.Combine(Repository.Root, "tests", "ModelHub.EndToEnd", "Clients", script);

        var result = await OtherProgram.RunAsync("node", [file, shared.Stack.Api.ToString(), shared.Stack.Token], TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        Assert.Contains(told, result.Expect(0).Output, StringComparison.Ordinal);
    }
}
