using System.Reflection;
using ModelHub.Api;
using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

public sealed class SchemaTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task The_schema_is_the_golden_file()
    {
        var schema = host.App.Services.GetRequiredService<GraphQLExecutor>().PrintSchema();
        var file = Path.Combine(RepositoryRoot(), "registry-api", "ModelHub.Api", "schema.graphql");
        if (System.Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(file, schema, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), schema);
    }

    [Fact]
    public async Task It_is_served_to_who_is_signed_in()
    {
        using var client = await host.AsAsync([]);

        var text = await client.Http.GetStringAsync("/schema.graphql", TestContext.Current.CancellationToken);

        Assert.Contains("type Mutation", text);
    }

    [Fact]
    public void Every_root_field_names_its_own_policy()
    {
        var silent =
            from type in typeof(Program).Assembly.GetTypes()
            where type.IsDefined(typeof(QueryTypeAttribute)) || type.IsDefined(typeof(MutationTypeAttribute)) || type.IsDefined(typeof(SubscriptionTypeAttribute))
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where !method.IsDefined(typeof(AuthorizeAttribute)) && !type.IsDefined(typeof(AuthorizeAttribute))
            select $"{type.Name}.{method.Name}";

        Assert.Empty(silent);
    }

    [Fact]
    public void Every_object_type_of_the_host_names_a_policy()
    {
        var silent =
            from type in typeof(Program).Assembly.GetTypes()
            where type.GetCustomAttributes().Any(a => a is TypeAttribute) && !type.IsDefined(typeof(AuthorizeAttribute))
            select type.Name;

        Assert.Empty(silent);
    }

    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ModelHub.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository is not around the tests.");
        return folder.FullName;
    }
}
