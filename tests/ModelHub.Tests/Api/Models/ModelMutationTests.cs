using System.Text.Json;
using Xunit;

namespace ModelHub.Tests.Api.Models;

public sealed class ModelMutationTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Shown = "model { id name namespace description owner tags { key value } card createdAt updatedAt revision }";

    [Fact]
    public async Task A_created_model_can_be_read_by_name_by_id_and_in_the_list()
    {
        using var client = await host.AdminAsync();
        var input = new { name = "read.credit-scoring", description = "d", owner = "ada", card = "# card", tags = new[] { new { key = "team", value = "risk" } } };

        var model = (await client.DoAsync("createModel", input, Shown)).GetProperty("model");

        Assert.Equal("read", model.GetProperty("namespace").GetString());
        Assert.Equal(1, model.GetProperty("revision").GetInt64());
        var id = model.GetProperty("id").GetString();
        var read = await client.QueryAsync(
            """
            query($id: ID!) {
              node(id: $id) { id ... on Model { name } }
              model(name: "read.credit-scoring") { owner latestVersion { number } versions { totalCount } aliases { name } endpoints { url } }
              models(where: { name: { startsWith: "read." }, tags: { some: { key: { eq: "team" }, value: { eq: "risk" } } } }) { totalCount nodes { name } }
              without: models(where: { name: { startsWith: "read." }, tags: { none: { key: { eq: "team" } } } }) { nodes { name } }
              none: models(where: { tags: { some: { key: { eq: "team" }, value: { eq: "other" } } } }) { totalCount }
            }
            """, new { id });
        Assert.Equal("read.credit-scoring", read.GetProperty("node").GetProperty("name").GetString());
        Assert.Equal("ada", read.GetProperty("model").GetProperty("owner").GetString());
        Assert.Equal(1, read.GetProperty("models").GetProperty("totalCount").GetInt32());
        Assert.Equal(0, read.GetProperty("none").GetProperty("totalCount").GetInt32());
    }

    [Theory]
    [InlineData("Risk.Model", "name")]
    [InlineData("risk..model", "name")]
    [InlineData("", "name")]
    public async Task A_bad_name_is_refused_with_field_and_limit(string name, string field)
    {
        using var client = await host.AdminAsync();

        var payload = await client.QueryAsync(
            "mutation($input: CreateModelInput!) { createModel(input: $input) { errors { __typename ... on InvalidInputError { field limit message code } } } }",
            new { input = new { name } });

        var error = payload.GetProperty("createModel").GetProperty("errors")[0];
        Assert.Equal("InvalidInputError", error.GetProperty("__typename").GetString());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains("200", error.GetProperty("limit").GetString());
    }

    [Fact]
    public async Task Too_long_texts_and_too_many_tags_are_refused()
    {
        using var client = await host.AdminAsync();

        var card = await client.RefusedAsync("createModel", new { name = "big.card", card = new string('x', 200_001) }, "model { id }");
        var tags = await client.RefusedAsync(
            "createModel", new { name = "big.tags", tags = Enumerable.Range(0, 101).Select(i => new { key = $"k{i}", value = "v" }) }, "model { id }");

        Assert.StartsWith("card", card.GetProperty("message").GetString());
        Assert.StartsWith("tags", tags.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("taken.model");

        var refusal = await client.RefusedAsync("createModel", new { name = "taken.model" }, "model { id }");

        Assert.Equal("NAME_TAKEN", refusal.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_replay_answers_as_the_first_time_whatever_happened_since()
    {
        using var client = await host.AdminAsync();
        var input = new { name = "replay.model", description = "first", idempotencyKey = "k1" };
        var first = await client.DoAsync("createModel", input, Shown);
        await client.DoAsync("updateModel", new { name = "replay.model", description = "second" }, "model { revision }");

        var again = await client.DoAsync("createModel", input, Shown);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        var events = await client.QueryAsync("""{ events(where: { subject: { eq: "model:replay.model" }, type: { eq: "model.created" } }) { totalCount } }""");
        Assert.Equal(1, events.GetProperty("events").GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task A_replay_beside_another_change_in_one_request_brings_nothing_old_back()
    {
        using var client = await host.AdminAsync();
        await client.DoAsync("createModel", new { name = "beside.model", description = "first", idempotencyKey = "k0" }, "model { id }");
        await client.DoAsync("updateModel", new { name = "beside.model", description = "second" }, "model { id }");

        await client.QueryAsync(
            """
            mutation {
              replay: createModel(input: { name: "beside.model", description: "first", idempotencyKey: "k0" }) { model { description } }
              other: createModel(input: { name: "beside.other" }) { model { id } }
            }
            """);

        var now = await client.QueryAsync("""{ model(name: "beside.model") { description revision } }""");
        Assert.Equal(("second", 2), (now.GetProperty("model").GetProperty("description").GetString(), now.GetProperty("model").GetProperty("revision").GetInt32()));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        using var client = await host.AdminAsync();
        await client.DoAsync("createModel", new { name = "key.one", idempotencyKey = "k2" }, "model { id }");

        var other = await client.RefusedAsync("createModel", new { name = "key.two", idempotencyKey = "k2" }, "model { id }");
        var otherMutation = await client.RefusedAsync("updateModel", new { name = "key.one", idempotencyKey = "k2" }, "model { id }");

        Assert.Equal("IDEMPOTENCY_KEY_REUSED", other.GetProperty("code").GetString());
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", otherMutation.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Of_twenty_equal_requests_at_once_one_does_the_work()
    {
        using var client = await host.AdminAsync();
        var input = new { name = "many.model", idempotencyKey = "k3" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.DoAsync("createModel", input, Shown)));

        Assert.Single(answers.Select(answer => answer.GetRawText()).Distinct());
    }

    [Fact]
    public async Task A_stale_revision_is_refused_with_the_real_one()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("stale.model");
        await client.DoAsync("updateModel", new { name = "stale.model", description = "a", expectedRevision = 1 }, "model { revision }");

        var payload = await client.QueryAsync(
            "mutation($input: UpdateModelInput!) { updateModel(input: $input) { model { id } errors { ... on RevisionConflictError { expected actual } } } }",
            new { input = new { name = "stale.model", description = "b", expectedRevision = 1 } });

        var error = payload.GetProperty("updateModel").GetProperty("errors")[0];
        Assert.Equal((1, 2), (error.GetProperty("expected").GetInt64(), error.GetProperty("actual").GetInt64()));
    }

    [Fact]
    public async Task A_version_needs_stored_bytes_and_known_data()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("bytes.model");
        var digest = await client.UploadAsync([1, 2, 3]);

        var absent = await client.RefusedAsync("registerVersion", new { model = "bytes.model", digest = "sha256:" + new string('0', 64) }, "version { number }");
        var malformed = await client.RefusedAsync("registerVersion", new { model = "bytes.model", digest = "nonsense" }, "version { number }");
        var noData = await client.RefusedAsync(
            "registerVersion", new { model = "bytes.model", digest, dataVersions = new[] { new { dataset = "none", version = 1 } } }, "version { number }");
        var noModel = await client.RefusedAsync("registerVersion", new { model = "no.model", digest }, "version { number }");

        Assert.Equal(
            ["ARTIFACT_NOT_FOUND", "INVALID_INPUT", "DATA_VERSION_NOT_FOUND", "MODEL_NOT_FOUND"],
            new[] { absent, malformed, noData, noModel }.Select(error => error.GetProperty("code").GetString()));
        var none = await client.QueryAsync("""{ model(name: "bytes.model") { versions { totalCount } } }""");
        Assert.Equal(0, none.GetProperty("model").GetProperty("versions").GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task A_registered_version_is_pending_numbered_without_gaps_and_queued_for_validation()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("numbers.model");

        var numbers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.VersionAsync("numbers.model")));

        Assert.Equal(Enumerable.Range(1, 10), numbers.Order());
        var read = await client.QueryAsync(
            """
            { version(model: "numbers.model", version: 3) { state artifact { size } createdBy model { name } promotions { totalCount } checks { name } }
              operations(where: { kind: { eq: "validate-version" }, state: { eq: QUEUED } }, first: 100) { nodes { subject } } }
            """);
        Assert.Equal("PENDING", read.GetProperty("version").GetProperty("state").GetString());
        var queued = read.GetProperty("operations").GetProperty("nodes").EnumerateArray().Count(o => o.GetProperty("subject").GetString()!.StartsWith("version:numbers.model@", StringComparison.Ordinal));
        Assert.Equal(10, queued);
    }

    [Fact]
    public async Task Lineage_is_seen_from_both_ends()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("line.model");
        await client.DoAsync("createDataset", new { name = "line.data" }, "dataset { id }");
        var file = await client.UploadAsync([7, 7, 7]);
        await client.DoAsync("registerDataVersion", new { dataset = "line.data", files = new[] { new { path = "a.csv", digest = file } } }, "dataVersion { number }");
        var first = await client.VersionAsync("line.model");
        var digest = await client.UploadAsync([8, 8]);

        await client.DoAsync(
            "registerVersion",
            new
            {
                model = "line.model",
                digest,
                parentVersion = first,
                dataVersions = new[] { new { dataset = "line.data", version = 1 } },
                metrics = new[] { new { name = "auc", value = 0.8 } },
                commit = "abc",
                runUrl = "https://ci.example/1",
            },
            "version { number }");

        var read = await client.QueryAsync(
            """
            { version(model: "line.model", version: 2) { parent { number } dataVersions { dataset { name } number files { size } } metrics { name value } commit }
              dataVersion(dataset: "line.data", version: 1) { usedBy { nodes { number } } liveVersions { number } state } }
            """);
        Assert.Equal(1, read.GetProperty("version").GetProperty("parent").GetProperty("number").GetInt32());
        Assert.Equal(3, read.GetProperty("version").GetProperty("dataVersions")[0].GetProperty("files")[0].GetProperty("size").GetInt64());
        Assert.Equal(2, read.GetProperty("dataVersion").GetProperty("usedBy").GetProperty("nodes")[0].GetProperty("number").GetInt32());
    }

    [Fact]
    public async Task An_alias_moves_by_compare_and_swap_and_keeps_its_history()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("alias.model");
        await client.VersionAsync("alias.model");
        await client.VersionAsync("alias.model");

        await client.DoAsync("setAlias", new { model = "alias.model", alias = "candidate", version = 1, expectVersion = 0 }, "alias { revision }");
        await client.DoAsync("setAlias", new { model = "alias.model", alias = "candidate", version = 2, expectVersion = 1 }, "alias { revision }");
        var moved = await client.RefusedAsync("setAlias", new { model = "alias.model", alias = "candidate", version = 1, expectVersion = 1 }, "alias { revision }");
        await client.DoAsync("removeAlias", new { model = "alias.model", alias = "candidate" }, "model { name }");

        Assert.Equal("ALIAS_MOVED", moved.GetProperty("code").GetString());
        var history = await client.QueryAsync("""{ model(name: "alias.model") { aliases { name } aliasHistory { nodes { from { number } to { number } } } } }""");
        var changes = history.GetProperty("model").GetProperty("aliasHistory").GetProperty("nodes").EnumerateArray().Select(Ends).ToArray();
        Assert.Equal([(2, null), (1, 2), (null, 1)], changes);
    }

    [Fact]
    public async Task A_check_is_posted_and_posted_again()
    {
        using var client = await host.AdminAsync();
        await client.ModelAsync("check.model");
        await client.VersionAsync("check.model");

        await client.DoAsync("postCheck", new { model = "check.model", version = 1, name = "unit-tests", state = "FAIL", link = "https://ci.example/1" }, "check { state }");
        await client.DoAsync("postCheck", new { model = "check.model", version = 1, name = "unit-tests", state = "PASS" }, "check { state }");
        var bad = await client.RefusedAsync("postCheck", new { model = "check.model", version = 1, name = "x", state = "PASS", link = "javascript:alert(1)" }, "check { state }");

        var read = await client.QueryAsync("""{ version(model: "check.model", version: 1) { checks { name state link } } }""");
        Assert.Equal("PASS", Assert.Single(read.GetProperty("version").GetProperty("checks").EnumerateArray()).GetProperty("state").GetString());
        Assert.Equal("INVALID_INPUT", bad.GetProperty("code").GetString());
    }

    private static (int?, int?) Ends(JsonElement change) => (Number(change.GetProperty("from")), Number(change.GetProperty("to")));

    private static int? Number(JsonElement version) => version.ValueKind == JsonValueKind.Null ? null : version.GetProperty("number").GetInt32();
}
