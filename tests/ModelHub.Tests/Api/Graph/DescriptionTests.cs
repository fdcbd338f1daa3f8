using ModelHub.Api.Graph;
using ModelHub.GraphQL;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>Who reads the schema learns what everything means.</summary>
public sealed class DescriptionTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public void Everything_in_the_schema_is_described()
    {
        var types = host.App.Services.GetRequiredService<GraphQLEngine>().Schema.Types.Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal));

        Assert.Empty(types.SelectMany(Parts).Where(part => string.IsNullOrWhiteSpace(part.Description)).Select(part => $"{part.Name}: give it a summary, or a word in Words.txt"));
    }

    [Fact]
    public void Every_word_is_used()
    {
        var schema = host.App.Services.GetRequiredService<GraphQLExecutor>().PrintSchema();

        Assert.Empty(from word in Words.Read() where !schema.Contains(word.Value, StringComparison.Ordinal) select $"{word.Key}: {word.Value}");
    }

    private static IEnumerable<(string Name, string? Description)> Parts(NamedDef type)
    {
        yield return (type.Name, type.Description);
        var parts = type switch
        {
            FieldsDef fields => fields.Fields.SelectMany(f => f.Args.Select(arg => ($"{f.Name}({arg.Name})", arg.Description)).Prepend((f.Name, f.Description))),
            InputDef input => input.Fields.Select(f => (f.Name, f.Description)),
            EnumDef values => values.Values.Select(v => (v.Name, v.Description)),
            _ => [],
        };
        foreach (var (name, description) in parts)
            yield return ($"{type.Name}.{name}", description);
    }
}
