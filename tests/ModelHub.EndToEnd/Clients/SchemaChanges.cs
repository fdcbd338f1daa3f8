using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Clients;

/// <summary>The check of <c>.ci/run</c> that keeps clients of the last release working: it must be able to fail.</summary>
public sealed class SchemaChanges : IDisposable
{
    private const string Released = "type Query { model(name: String!): Model } type Model { name: String! owner: String }";
    private const string WithoutOwner = "type Query { model(name: String!): Model } type Model { name: String! }";

    private readonly string folder = Directory.CreateTempSubdirectory("modelhub-schema-").FullName;

    [Theory]
    [InlineData(Released + " type Extra { a: Int }", "", 0, "0 of them breaking")]
    [InlineData(WithoutOwner, "", 1, "is not declared: `Model.owner`")]
    [InlineData(WithoutOwner, "- `Model.owner`: ask `Model.people`.", 0, "1 of them breaking and declared")]
    [InlineData(WithoutOwner, "- `Model.owner`:", 1, "is not declared: `Model.owner`")]
    [InlineData("type Query { model(name: String!, space: String!): Model } type Model { name: String! owner: String }", "", 1, "is not declared: `Query.model.space`")]
    [InlineData(Released, "- `Model.owner`: ask `Model.people`.", 1, "declared and does not break: `Model.owner`")]
    public async Task A_breaking_change_passes_only_when_it_is_declared(string schema, string declarations, int exitCode, string told)
    {
        string[] files = [Write("released.graphql", Released), Write("current.graphql", schema), Write("changes.md", $"# Changes\n\n{declarations}\n")];

        var result = await OtherProgram.RunAsync("node", [Path.Combine(Repository.Root, ".ci", "schema-changes.mjs"), .. files], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Contains(told, result.Expect(exitCode).Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_this_checkout_breaks_nobody_unsaid()
    {
        var result = await OtherProgram.RunAsync("node", [Path.Combine(Repository.Root, ".ci", "schema-changes.mjs")], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        result.Expect(0);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
