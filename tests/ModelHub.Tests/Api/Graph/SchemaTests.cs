using System.Reflection;
using ModelHub.Api;
using ModelHub.Domain.Access;
using ModelHub.GraphQL;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;
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

    [Fact]
    public void Every_field_of_every_type_is_guarded_however_it_is_reached()
    {
        var schema = host.App.Services.GetRequiredService<GraphQLEngine>().Schema;
        var guarded = schema.Types.OfType<ObjectDef>().Where(type => type.ClrType is not null).ToList();

        Assert.Contains(guarded, type => type.Name == "TensorSpec");
        Assert.Empty(from type in guarded from field in type.Fields where field.Rules.Count == 0 || field.IsPublic select $"{type.Name}.{field.Name}");
        Assert.Empty(host.App.Services.GetRequiredService<GraphQLExecutor>().FieldsWithoutPolicy());
    }

    [Fact]
    public async Task Who_may_only_infer_learns_who_he_is_and_nothing_else()
    {
        using var inferring = await host.AsAsync([new Grant(Role.Admin, Grant.Any, Grant.Any)], TokenScope.Infer);

        var me = await inferring.QueryAsync("{ me { name bindings { role } } }");
        var models = await inferring.RawAsync("{ models { nodes { name } } }");

        Assert.Equal("ADMIN", me.GetProperty("me").GetProperty("bindings")[0].GetProperty("role").GetString());
        Assert.Equal("AUTH_NOT_AUTHORIZED", models.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ModelHub.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository is not around the tests.");
        return folder.FullName;
    }
}
