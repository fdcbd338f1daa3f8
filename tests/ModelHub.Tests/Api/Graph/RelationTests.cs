using System.Text.Json;
using ModelHub.Domain.Access;
using ModelHub.GraphQL;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;
using Xunit;
using Program = ModelHub.Api.Program;

namespace ModelHub.Tests.Api.Graph;

/// <summary>Every relation of the schema, at least where a list stands above it: one command for the list and one for each relation on the way.</summary>
public sealed class RelationTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    // Which versions are live is found by walking through their parents; the versions themselves come with all others.
    private static readonly Dictionary<string, int> MoreCommands = new() { ["DataVersion.liveVersions"] = 1 };

    private Schema Schema => host.App.Services.GetRequiredService<GraphQLEngine>().Schema;

    public async ValueTask InitializeAsync()
    {
        await using var db = host.Open();
        if (!db.Models.Any(model => model.Name == "whole.model-1"))
            await WholeRegistry.FillAsync(db);
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Every_relation_costs_one_command_however_many_rows_lie_above()
    {
        using var client = await host.AdminAsync();
        using var other = await host.AsAsync(Role.Viewer);
        var relations = (from path in SchemaPath.Of(Schema) from field in path.End.Fields where field.Async is not null select (path, field)).ToList();
        var faults = new List<string>();

        foreach (var (path, field) in relations)
        {
            var name = $"{path.End.Name}.{field.Name}";
            var query = path.Selecting(SchemaPath.Anything(field).Insert(0, "it: "));
            JsonElement answer = default;
            var commands = await Commands.OfAsync(async () => answer = await client.QueryAsync(query));
            var parents = Holders(answer);
            if (parents < 2)
                faults.Add($"{name} is read of {parents} rows by {query}: fill in more");
            if (commands.Count > path.Waits + 1 + MoreCommands.GetValueOrDefault(name))
                faults.Add($"{name} costs {commands.Count} commands of {parents} rows:\n  {query}\n  {string.Join("\n  ", commands.Select(c => c.ReplaceLineEndings(" ")))}");
        }

        Assert.True(relations.Count > 50, $"only {relations.Count} relations were found");
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public void No_resolver_of_an_object_opens_the_database_for_itself()
    {
        var own =
            from type in typeof(Program).Assembly.GetTypes()
            from method in type.GetMethods()
            let parameters = method.GetParameters()
            where parameters.Any(p => p.IsDefined(typeof(ParentAttribute), false))
            where parameters.Any(p => typeof(Microsoft.EntityFrameworkCore.DbContext).IsAssignableFrom(p.ParameterType) || p.ParameterType.Name.StartsWith("IDbContextFactory", StringComparison.Ordinal))
            select $"{type.Name}.{method.Name} should use a loader";

        Assert.Empty(own);
    }

    /// <summary>How many objects of the answer hold the field that was asked for as <c>it</c>.</summary>
    private static int Holders(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.TryGetProperty("it", out _) ? 1 : value.EnumerateObject().Sum(property => Holders(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Holders),
        _ => 0,
    };
}
