using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using ModelHub.Domain.Explanations;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Api.Explanations;

public sealed class ExplainVersionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "versionImportance { id operation { kind state subject } settings { target metric repeats maxRows seed } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_question_is_asked_once_and_another_seed_is_another()
    {
        using var admin = await host.AdminAsync();
        await ReadyAsync(admin, "explained.one");
        object Asked(int seed) => new { model = "explained.one", version = 1, data = new { dataset = "explained.one-data", version = 1 }, target = "y", seed };

        var first = await admin.DoAsync("explainVersion", Asked(1), Selection);
        var again = await admin.DoAsync("explainVersion", Asked(1), Selection);
        var other = await admin.DoAsync("explainVersion", Asked(2), Selection);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.NotEqual(Id(first), Id(other));
        Assert.Equal("""{"kind":"measure-importance","state":"QUEUED","subject":"version:explained.one@1"}""", first.GetProperty("versionImportance").GetProperty("operation").GetRawText());
        Assert.Equal("""{"target":"y","metric":null,"repeats":5,"maxRows":10000,"seed":1}""", first.GetProperty("versionImportance").GetProperty("settings").GetRawText());
        await using var db = host.Open();
        Assert.Equal(2, await db.Events.CountAsync(e => e.Type == "version.importance-requested" && e.Subject == "version:explained.one@1", Ct));
    }

    [Fact]
    public async Task What_was_measured_is_shown_on_the_version_to_who_may_see_it()
    {
        using var admin = await host.AdminAsync();
        await ReadyAsync(admin, "explained.two");
        var id = Id(await admin.DoAsync("explainVersion", new { model = "explained.two", version = 1, target = "y" }, Selection));
        await using (var db = host.Open())
        {
            var asked = await db.VersionImportances.SingleAsync(i => i.Version.Model.Name == "explained.two", Ct);
            asked.Found(ImportanceResult.Of(ImportanceMetric.Auc, 0.8, 50, 60, [("a", [0.7, 0.6])]));
            await db.SaveChangesAsync(Ct);
        }
        using var stranger = await host.AsAsync(Role.Viewer, "elsewhere");

        var shown = await admin.QueryAsync(
            """
            { version(model: "explained.two", version: 1) { importances(first: 1) { nodes { isOfOwnData dataVersion { number } version { number }
              result { metric baseline rows rowsWithLabel columns { column rank drop standardError drops } } } } } }
            """);

        Assert.StartsWith(
            """{"isOfOwnData":true,"dataVersion":{"number":1},"version":{"number":1},"result":{"metric":"AUC","baseline":0.8,"rows":50,"rowsWithLabel":60,"columns":[{"column":"a","rank":1,""",
            shown.GetProperty("version").GetProperty("importances").GetProperty("nodes")[0].GetRawText(), StringComparison.Ordinal);
        const string Read = "query($id: ID!) { node(id: $id) { id } }";
        Assert.Equal(id, (await admin.QueryAsync(Read, new { id })).GetProperty("node").GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, (await stranger.QueryAsync(Read, new { id })).GetProperty("node").ValueKind);
    }

    [Theory]
    [InlineData("""{"version": 9, "target": "y"}""", "VERSION_NOT_FOUND", null)]
    [InlineData("""{"version": 2, "target": "y", "data": {"dataset": "explained.three-data", "version": 1}}""", "VERSION_NOT_READY", null)]
    [InlineData("""{"version": 1, "target": "y", "data": {"dataset": "explained.three-data", "version": 9}}""", "DATA_VERSION_NOT_FOUND", null)]
    [InlineData("""{"version": 1}""", "INVALID_INPUT", "target")]
    [InlineData("""{"version": 1, "target": "z"}""", "INVALID_INPUT", "target")]
    [InlineData("""{"version": 1, "target": "a"}""", "INVALID_INPUT", "target")]
    [InlineData("""{"version": 1, "target": "y", "repeats": 0}""", "INVALID_INPUT", "repeats")]
    [InlineData("""{"version": 1, "target": "y", "maxRows": 1000000}""", "INVALID_INPUT", "maxRows")]
    public async Task What_cannot_be_measured_is_refused_with_the_field(string input, string code, string? field)
    {
        using var admin = await host.AdminAsync();
        if ((await admin.QueryAsync("""{ model(name: "explained.three") { id } }""")).GetProperty("model").ValueKind == JsonValueKind.Null)
        {
            await ReadyAsync(admin, "explained.three");
            await admin.VersionAsync("explained.three");
        }
        var asked = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(input)!;
        asked["model"] = JsonSerializer.SerializeToElement("explained.three");

        var refused = await admin.RefusedAsync("explainVersion", asked, Selection);

        Assert.Equal(code, refused.GetProperty("code").GetString());
        if (field is not null)
            Assert.Contains(field, refused.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_read_the_data_may_not_have_a_version_measured_on_them()
    {
        using var admin = await host.AdminAsync();
        await ReadyAsync(admin, "explained.four");
        using var client = await host.AsAsync(Role.Contributor, "explained.four");

        var refused = await client.RawAsync(
            "mutation($input: ExplainVersionInput!) { explainVersion(input: $input) { versionImportance { id } errors { __typename } } }", new { input = new { model = "explained.four", version = 1, target = "y" } });

        Assert.Contains("AUTH_NOT_AUTHORIZED", refused.GetProperty("errors").GetRawText(), StringComparison.Ordinal);
    }

    private static string Id(JsonElement asked) => asked.GetProperty("versionImportance").GetProperty("id").GetString()!;

    /// <summary>A version and the data it was made from, as workers would leave them.</summary>
    private async Task ReadyAsync(ApiClient client, string model)
    {
        var dataset = model + "-data";
        await client.DoAsync("createDataset", new { name = dataset }, "dataset { id }");
        var digest = await client.UploadAsync(Encoding.UTF8.GetBytes($"a,b,y\n{model},2,3\n"));
        await client.DoAsync("registerDataVersion", new { dataset, files = new[] { new { path = "a.csv", digest } } }, "dataVersion { number }");
        await client.ModelAsync(model);
        var artifact = await client.UploadAsync(Encoding.UTF8.GetBytes(model));
        await client.DoAsync("registerVersion", new { model, digest = artifact, format = "onnx", dataVersions = new[] { new { dataset, version = 1 } } }, "version { number }");
        await using var db = host.Open();
        var data = await db.DataVersions.SingleAsync(d => d.Dataset.Name == dataset, Ct);
        Assert.Null(data.Accept([new Column("a", "number", false), new Column("b", "number", false), new Column("y", "integer", false)], new Profile(1, []), DateTimeOffset.UtcNow));
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model, Ct);
        var signature = new Signature([new TensorSpec("a", "FP32", [-1, 1]), new TensorSpec("b", "FP32", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])]);
        version.StartValidation(DateTimeOffset.UtcNow);
        Assert.Null(version.Accept(signature, [new ArtifactFile("model.onnx", 1, version.Digest)], ArtifactScan.NotApplicable, DateTimeOffset.UtcNow));
        await db.SaveChangesAsync(Ct);
    }
}
