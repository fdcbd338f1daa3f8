using System.Text.Json;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>Columns that take much to read are read where somebody looks at them, and only there.</summary>
public sealed class ColumnTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private static readonly string[] WideColumns = ["card", "description", "signature", "metrics", "parameters", "files", "scan", "model_tags", "version_tags"];

    private Schema Schema => host.App.Services.GetRequiredService<GraphQLEngine>().Schema;

    public async ValueTask InitializeAsync()
    {
        await using var db = host.Open();
        if (!db.Models.Any(model => model.Name == "whole.model-1"))
            await WholeRegistry.FillAsync(db);
    }

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData("{ models { nodes { name versions { nodes { number model { name } } } aliases { version { number } } latestVersion { state } } } }")]
    [InlineData("{ models { nodes { name version(number: 1) { number parent { number } } } } }")]
    [InlineData("{ promotions { nodes { state version { number model { name } } } } }")]
    [InlineData("{ endpoints { nodes { url model { name } primary { version { number } } } } }")]
    [InlineData("{ trainingRuns { nodes { state version { number } } } }")]
    public async Task What_nobody_selects_is_not_read(string query)
    {
        using var client = await host.AdminAsync();

        var commands = await Commands.OfAsync(() => client.QueryAsync(query));

        Assert.NotEmpty(commands);
        Assert.Empty(from command in commands from column in WideColumns where Reads(command, column) select $"{column}: {command}");
    }

    [Fact]
    public async Task What_somebody_selects_is_read_and_the_rest_is_not()
    {
        using var client = await host.AdminAsync();
        JsonElement answer = default;

        var commands = await Commands.OfAsync(async () => answer = await client.QueryAsync(
            "{ models(where: { name: { eq: \"whole.model-1\" } }) { nodes { card versions { nodes { tags { key value } artifact { scan { findings } } } } } } }"));

        Assert.Equal(["card", "files", "scan", "version_tags"], WideColumns.Where(column => commands.Any(command => Reads(command, column))).Order());
        var version = answer.GetProperty("models").GetProperty("nodes")[0].GetProperty("versions").GetProperty("nodes")[1];
        Assert.Equal("eval", version.GetProperty("artifact").GetProperty("scan").GetProperty("findings")[0].GetString());
        Assert.Equal("risk", version.GetProperty("tags")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_field_alone_answers_as_among_all_others()
    {
        using var client = await host.AdminAsync();
        var empty = new List<string>();

        foreach (var path in SchemaPath.Of(Schema).Where(path => path.End.Wide.Count > 0))
        {
            var fields = path.End.Fields.Where(field => field.Async is null && !field.Args.Exists(arg => arg.IsRequired)).ToList();
            var all = await client.QueryAsync(path.Selecting(string.Join(" ", fields.Select(field => $"f_{field.Name}: {Whole(field)}"))));
            foreach (var field in fields)
            {
                var alone = await client.QueryAsync(path.Selecting($"f_{field.Name}: {Whole(field)}"));
                var (expected, actual) = (Values(all, "f_" + field.Name), Values(alone, "f_" + field.Name));
                Assert.True(expected.SequenceEqual(actual), $"{path.End.Name}.{field.Name} is {string.Join(' ', actual)} alone, {string.Join(' ', expected)} among others");
                if (field.Reads.Any(path.End.Wide.Contains) && actual.All(value => value is "null" or "[]" or "{}"))
                    empty.Add($"{path.End.Name}.{field.Name}");
            }
        }

        Assert.Empty(empty);
    }

    private static bool Reads(string command, string column) => System.Text.RegularExpressions.Regex.IsMatch(command, $@"\b{column}\b");

    /// <summary>The field with all leaves below it that need no command of their own.</summary>
    private static string Whole(FieldDef field, int depth = 0)
    {
        if (field.Type.Named is not FieldsDef type)
            return field.Name;
        var below = type.Fields.Where(f => f.Async is null && (depth < 3 || f.Type.Named.IsLeaf)).Select(f => Whole(f, depth + 1));
        return $"{field.Name} {{ {string.Join(' ', below)} }}";
    }

    /// <summary>All values under that name, wherever they stand.</summary>
    private static List<string> Values(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object => [.. value.EnumerateObject().SelectMany(p => p.Name == name ? [p.Value.GetRawText()] : Values(p.Value, name))],
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(item => Values(item, name))],
        _ => [],
    };
}
