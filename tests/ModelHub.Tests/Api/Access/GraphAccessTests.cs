using System.Net;
using System.Text.Json;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Access;

/// <summary>Made from the schema: a field that is added is tested by being there.</summary>
public sealed class GraphAccessTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Introspection =
        """
        { __schema { queryType { name } mutationType { name }
            types { kind name enumValues { name } inputFields { name defaultValue type { ...T } } fields { name type { ...T } args { name defaultValue type { ...T } } } } } }
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
        """;

    [Fact]
    public async Task Anonymous_is_told_401_and_nothing_else()
    {
        using var anonymous = host.Anonymous();
        using var wrong = host.WithToken("mh_" + new string('a', 12) + "_" + new string('b', 43));
        using var garbage = host.WithToken("garbage");

        foreach (var client in new[] { anonymous, wrong, garbage })
        {
            using var answer = await client.Http.PostAsync(
                "/graphql", new StringContent("""{"query":"{ __typename }"}""", null, "application/json"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_role_every_query_field_is_refused_but_me()
    {
        using var admin = await host.AdminAsync();
        using var nobody = await host.AsAsync([]);
        var schema = await SchemaAsync(admin);

        foreach (var field in Fields(schema, "queryType").Where(field => Name(field) != "me"))
            Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(nobody, Query(schema, "query", field)));
        Assert.Null(await CodeAsync(nobody, "{ me { name } }"));
    }

    [Theory]
    [InlineData(Role.Viewer, new string[0])]
    [InlineData(Role.Approver, new[] { "acceptScan", "approvePromotion", "liftBlock", "rejectPromotion" })]
    [InlineData(Role.Contributor, new[]
    {
        "setPipelineTriggers",
        "createModel", "updateModel", "registerVersion", "updateVersion", "setAlias", "removeAlias", "postCheck", "createDataset", "setDatasetExpectations", "compareDataVersions", "registerDataVersion",
        "promoteVersion", "abortPromotion", "promoteShadowCandidate", "quantizeVersion", "explainVersion", "createPipeline", "updatePipeline", "startTraining", "cancelTraining", "runBatch", "cancelBatch",
        "recordLabels", "promoteExperimentWinner", "labelPredictions", "freezeLedger", "retrainPipeline",
    })]
    [InlineData(Role.Operator, new[]
    {
        "setPipelineTriggers", "resetPipelineBreaker",
        "createModel", "updateModel", "registerVersion", "updateVersion", "setAlias", "removeAlias", "postCheck", "createDataset", "setDatasetExpectations", "compareDataVersions", "registerDataVersion",
        "promoteVersion", "abortPromotion", "promoteShadowCandidate", "quantizeVersion", "explainVersion", "createPipeline", "updatePipeline", "startTraining", "cancelTraining", "runBatch", "cancelBatch",
        "recordLabels", "promoteExperimentWinner", "labelPredictions", "freezeLedger", "retrainPipeline",
        "rollback", "overrideFreeze", "drainNode", "resumeNode", "cancelOperation", "setEndpointScaling", "setEndpointTraffic", "setEndpointMonitoring", "setEndpointLedger", "startShadowTest", "stopShadowTest",
        "startExperiment", "stopExperiment",
        "createAlertRule", "updateAlertRule", "deleteAlertRule", "silenceAlerts", "endSilence", "acknowledgeAlert",
        "pausePromotion", "resumePromotion", "skipStage",
    })]
    public async Task A_role_may_call_these_mutations_and_no_other(Role role, string[] allowed)
    {
        using var admin = await host.AdminAsync();
        using var client = await host.AsAsync(role);
        var schema = await SchemaAsync(admin);

        var open = new List<string>();
        foreach (var field in Fields(schema, "mutationType"))
            if (await CodeAsync(client, Query(schema, "mutation", field)) != "AUTH_NOT_AUTHORIZED")
                open.Add(Name(field));

        Assert.Equal(allowed.Order(), open.Order());
    }

    [Theory]
    [InlineData(TokenScope.Read)]
    [InlineData(TokenScope.Infer)]
    public async Task A_scope_cuts_what_the_role_allows(TokenScope scope)
    {
        using var admin = await host.AdminAsync();
        using var client = await host.AsAsync([new Grant(Role.Admin, Grant.Any, Grant.Any)], scope);
        var schema = await SchemaAsync(admin);

        foreach (var field in Fields(schema, "mutationType"))
            Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(client, Query(schema, "mutation", field)));
        Assert.Equal(scope == TokenScope.Read ? null : "AUTH_NOT_AUTHORIZED", await CodeAsync(client, "{ models { totalCount } }"));
    }

    [Fact]
    public async Task Users_and_tokens_are_for_administrators_of_everything()
    {
        using var client = await host.AsAsync(Role.Admin, "risk");

        Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(client, "{ users { name } }"));
        Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(client, "{ serviceTokens { name } }"));
        Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(client, """mutation { createUser(input: { name: "eve" }) { user { name } } }"""));
    }

    [Fact]
    public async Task Who_may_read_one_namespace_sees_no_other()
    {
        using var admin = await host.AdminAsync();
        foreach (var name in new[] { "risk.scoring", "risky.model", "fraud.cards" })
        {
            await admin.ModelAsync(name);
            await admin.VersionAsync(name);
        }
        using var client = await host.AsAsync(Role.Contributor, "risk");

        var seen = await client.QueryAsync(
            """
            { models { nodes { name } } hidden: model(name: "fraud.cards") { name } near: model(name: "risky.model") { name }
              version(model: "fraud.cards", version: 1) { number } events(first: 100) { nodes { subject } } operations(first: 100) { nodes { subject } } }
            """);

        Assert.Equal(["risk.scoring"], seen.GetProperty("models").GetProperty("nodes").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        foreach (var absent in new[] { "hidden", "near", "version" })
            Assert.Equal(JsonValueKind.Null, seen.GetProperty(absent).ValueKind);
        foreach (var list in new[] { "events", "operations" })
            Assert.All(seen.GetProperty(list).GetProperty("nodes").EnumerateArray(), row => Assert.Matches("^(model|version):risk\\.scoring(@1)?$", row.GetProperty("subject").GetString()));
        Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(client, """mutation { createModel(input: { name: "fraud.new" }) { model { name } } }"""));
        Assert.Equal("AUTH_NOT_AUTHORIZED", await CodeAsync(client, """mutation { updateModel(input: { name: "risky.model" }) { model { name } } }"""));
    }

    [Fact]
    public async Task Who_uses_data_is_told_by_pages_and_only_of_what_may_be_seen()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createDataset", new { name = "shared-risk.clicks" }, "dataset { id }");
        var file = await admin.UploadAsync([5, 5, 5]);
        await admin.DoAsync("registerDataVersion", new { dataset = "shared-risk.clicks", files = new[] { new { path = "a.csv", digest = file } } }, "dataVersion { number }");
        foreach (var (model, times) in new[] { ("shared-risk.ours", 3), ("shared-fraud.theirs", 2) })
        {
            await admin.ModelAsync(model);
            for (var i = 0; i < times; i++)
                await admin.DoAsync("registerVersion", new { model, digest = file, dataVersions = new[] { new { dataset = "shared-risk.clicks", version = 1 } } }, "version { number }");
        }

        using var client = await host.AsAsync(Role.Contributor, "shared-risk");
        const string Uses = """{ dataVersion(dataset: "shared-risk.clicks", version: 1) { usedBy(first: 2) { nodes { number model { name } } pageInfo { hasNextPage } totalCount } } }""";
        var ours = (await client.QueryAsync(Uses)).GetProperty("dataVersion").GetProperty("usedBy");
        var all = (await admin.QueryAsync(Uses)).GetProperty("dataVersion").GetProperty("usedBy");

        Assert.Equal("""[{"number":3,"model":{"name":"shared-risk.ours"}},{"number":2,"model":{"name":"shared-risk.ours"}}]""", ours.GetProperty("nodes").GetRawText());
        Assert.True(ours.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        Assert.Equal((3, 5), (ours.GetProperty("totalCount").GetInt32(), all.GetProperty("totalCount").GetInt32()));
    }

    [Fact]
    public async Task An_id_of_something_hidden_finds_nothing()
    {
        using var admin = await host.AdminAsync();
        var id = (await admin.DoAsync("createModel", new { name = "secret.model" }, "model { id }")).GetProperty("model").GetProperty("id").GetString();
        using var client = await host.AsAsync(Role.Viewer, "open");

        var answer = await client.QueryAsync("query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", new { id });

        Assert.Equal(JsonValueKind.Null, answer.GetProperty("node").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("nodes")[0].ValueKind);
    }

    [Fact]
    public async Task A_revoked_token_ends_at_once()
    {
        using var admin = await host.AdminAsync();
        var made = await admin.DoAsync("createServiceToken", new { name = "short-lived", scopes = new[] { "READ" }, bindings = new[] { new { role = "VIEWER" } } }, "serviceToken { id } secret");
        using var client = host.WithToken(made.GetProperty("secret").GetString()!);
        await client.QueryAsync("{ models { totalCount } }");

        await admin.DoAsync("revokeServiceToken", new { id = made.GetProperty("serviceToken").GetProperty("id").GetString() }, "serviceToken { revokedAt }");

        await Support.Eventually.Holds(async () =>
        {
            using var answer = await client.Http.GetAsync("/schema.graphql", TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, TimeSpan.FromSeconds(2), "the revoked token was refused");
    }

    [Fact]
    public async Task A_token_tells_when_it_was_last_used()
    {
        using var admin = await host.AdminAsync();
        var made = await admin.DoAsync("createServiceToken", new { name = "seldom", scopes = new[] { "READ" }, bindings = new[] { new { role = "VIEWER" } } }, "secret");
        using var client = host.WithToken(made.GetProperty("secret").GetString()!);
        Assert.Equal(JsonValueKind.Null, (await LastUsedAsync(admin, "seldom")).ValueKind);

        var before = DateTimeOffset.UtcNow;
        await client.QueryAsync("{ models { totalCount } }");
        await host.App.Services.GetRequiredService<ModelHub.Api.Access.TokenUses>().WriteAsync(TestContext.Current.CancellationToken);

        var used = (await LastUsedAsync(admin, "seldom")).GetDateTimeOffset();
        Assert.InRange(used, before.AddMilliseconds(-1), DateTimeOffset.UtcNow);
    }

    private static async Task<JsonElement> LastUsedAsync(ApiClient admin, string token) =>
        (await admin.QueryAsync("{ serviceTokens { name lastUsedAt } }")).GetProperty("serviceTokens").EnumerateArray()
            .Single(found => found.GetProperty("name").GetString() == token).GetProperty("lastUsedAt");

    private static async Task<JsonElement> SchemaAsync(ApiClient client) => (await client.QueryAsync(Introspection)).GetProperty("__schema");

    private static async Task<string?> CodeAsync(ApiClient client, string query)
    {
        var answer = await client.RawAsync(query);
        return answer.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
    }

    private static IEnumerable<JsonElement> Fields(JsonElement schema, string root)
        => Type(schema, schema.GetProperty(root).GetProperty("name").GetString()!).GetProperty("fields").EnumerateArray();

    private static string Name(JsonElement field) => field.GetProperty("name").GetString()!;

    private static JsonElement Type(JsonElement schema, string name) => schema.GetProperty("types").EnumerateArray().Single(type => type.GetProperty("name").GetString() == name);

    private static string Query(JsonElement schema, string operation, JsonElement field)
    {
        var arguments = string.Join(", ", Required(field.GetProperty("args")).Select(a => $"{Name(a)}: {Literal(schema, a.GetProperty("type"))}"));
        return $"{operation} {{ {Name(field)}{(arguments.Length > 0 ? $"({arguments})" : "")} {{ __typename }} }}";
    }

    private static IEnumerable<JsonElement> Required(JsonElement inputs) => inputs.EnumerateArray()
        .Where(a => a.GetProperty("type").GetProperty("kind").GetString() == "NON_NULL" && a.GetProperty("defaultValue").ValueKind == JsonValueKind.Null);

    /// <summary>Any value of the type: what counts is whether the field may be called at all.</summary>
    private static string Literal(JsonElement schema, JsonElement type) => type.GetProperty("kind").GetString() switch
    {
        "NON_NULL" => Literal(schema, type.GetProperty("ofType")),
        "LIST" => $"[{Literal(schema, type.GetProperty("ofType"))}]",
        "ENUM" => Type(schema, Name(type)).GetProperty("enumValues")[0].GetProperty("name").GetString()!,
        "INPUT_OBJECT" => "{ " + string.Join(", ", Required(Type(schema, Name(type)).GetProperty("inputFields")).Select(f => $"{Name(f)}: {Literal(schema, f.GetProperty("type"))}")) + " }",
        _ => Name(type) switch
        {
            "Int" or "Long" or "Float" => "1",
            "Boolean" => "true",
            "JSON" => "{ a: 1 }",
            "DateTime" => "\"2026-01-01T00:00:00Z\"",
            "Duration" => "\"PT1H\"",
            "ID" => "\"" + GlobalIdFor(type) + "\"",
            _ => "\"some.name\"",
        },
    };

    // The id of nothing: of a wrong type for most fields, which is judged after access.
    private static string GlobalIdFor(JsonElement _) => Convert.ToBase64String("Model:00000000-0000-0000-0000-000000000000"u8).TrimEnd('=');
}
