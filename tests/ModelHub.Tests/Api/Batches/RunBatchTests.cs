using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Api.Batches;

public sealed class RunBatchTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "batchRun { id state format shardRows nodes keep version { number } input { number dataset { name } } dataset { name } output { number } rowsTotal rowsDone rowsFailed operation { kind state } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_over_a_data_version_is_asked_for_once_under_its_key_and_stands_in_the_lineage()
    {
        using var admin = await host.AdminAsync();
        var (model, data) = (await ReadyAsync(admin, "batch.asked"), await DataAsync(admin, "batch.rows"));
        var input = new { model, version = 1, data = new { dataset = data, version = 1 }, format = "JSONL", shardRows = 50, keep = new[] { "id" }, idempotencyKey = "once" };

        var run = (await admin.DoAsync("runBatch", input, Selection)).GetProperty("batchRun");
        var again = (await admin.DoAsync("runBatch", input, Selection)).GetProperty("batchRun");

        Assert.Equal(run.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(("QUEUED", "JSONL", 50, 2), (run.GetProperty("state").GetString(), run.GetProperty("format").GetString(), run.GetProperty("shardRows").GetInt32(), run.GetProperty("nodes").GetInt32()));
        Assert.Equal("batch.asked.predictions", run.GetProperty("dataset").GetProperty("name").GetString());
        Assert.Equal("batch", run.GetProperty("operation").GetProperty("kind").GetString());
        var seen = await admin.QueryAsync(
            "query($d: String!, $m: String!) { dataVersion(dataset: $d, version: 1) { batches { nodes { version { number } } } madeBy { id } } version(model: $m, version: 1) { batches { totalCount } } batches { nodes { id } } }",
            new { d = data, m = model });
        Assert.Equal(1, seen.GetProperty("dataVersion").GetProperty("batches").GetProperty("nodes").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("dataVersion").GetProperty("madeBy").ValueKind);
        Assert.Equal(1, seen.GetProperty("version").GetProperty("batches").GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task One_that_has_not_begun_is_cancelled_at_once_and_only_once()
    {
        using var admin = await host.AdminAsync();
        var model = await ReadyAsync(admin, "batch.cancelled");
        var run = (await admin.DoAsync("runBatch", new { model, version = 1, file = await FileAsync(admin, "rows.csv") }, Selection)).GetProperty("batchRun").GetProperty("id").GetString();

        var cancelled = await admin.DoAsync("cancelBatch", new { run }, "batchRun { state }");

        Assert.Equal("CANCELLED", cancelled.GetProperty("batchRun").GetProperty("state").GetString());
        Assert.Equal("OperationEndedError", (await admin.RefusedAsync("cancelBatch", new { run }, "batchRun { state }")).GetProperty("__typename").GetString());
    }

    [Fact]
    public async Task What_cannot_be_run_is_refused_with_the_field_and_the_limit()
    {
        using var admin = await host.AdminAsync();
        var (model, data) = (await ReadyAsync(admin, "batch.refused"), await DataAsync(admin, "batch.other"));
        var file = await FileAsync(admin, "rows.csv");
        var of = new { dataset = data, version = 1 };
        async Task IsRefused(object input, string type, string words)
        {
            var refusal = await admin.RefusedAsync("runBatch", input, Selection);
            Assert.Equal(type + "Error", refusal.GetProperty("__typename").GetString());
            Assert.Contains(words, refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        await IsRefused(new { model, version = 9, file }, "VersionNotFound", "@9");
        await IsRefused(new { model, version = 1 }, "InvalidInput", "data: either");
        await IsRefused(new { model, version = 1, file, data = of }, "InvalidInput", "data: either");
        await IsRefused(new { model, version = 1, data = new { dataset = data, version = 7 } }, "DataVersionNotFound", "@7");
        await IsRefused(new { model, version = 1, data = new { dataset = await DataAsync(admin, "batch.lacking", "id", "y"), version = 1 } }, "InputsMissing", ": x.");
        await IsRefused(new { model, version = 1, data = of, keep = new[] { "nothing" } }, "InvalidInput", "not nothing");
        await IsRefused(new { model, version = 1, file, shardRows = 0 }, "InvalidInput", "shardRows: 1 to 10000");
        await IsRefused(new { model, version = 1, file, nodes = 65 }, "InvalidInput", "nodes: 1 to 64");
        await IsRefused(new { model, version = 1, file, output = "No Name" }, "InvalidInput", "output:");
        await IsRefused(new { model, version = 1, file, keep = new[] { "y.0" } }, "InvalidInput", "y.0 would be there twice");
        await IsRefused(new { model, version = 1, file = await FileAsync(admin, "rows.xlsx") }, "InvalidInput", ".parquet");
        await IsRefused(new { model, version = 1, file = new { path = "rows.csv", digest = "sha256:" + new string('0', 64) } }, "ArtifactNotFound", "sha256:0");
    }

    [Fact]
    public async Task A_version_that_is_not_ready_or_was_rolled_back_is_refused()
    {
        using var admin = await host.AdminAsync();
        var model = await ReadyAsync(admin, "batch.bad");
        var raw = await admin.VersionAsync(model);
        var file = await FileAsync(admin, "rows.csv");
        await using var db = host.Open();
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model && v.Number == 1, Ct);
        var environment = await db.Environments.FirstAsync(Ct);
        db.VersionBlocks.Add(VersionBlock.Put(version.Id, environment.Id, null, "errors", Actor.User("ada"), DateTimeOffset.UtcNow));
        Assert.Null(await db.CommitAsync([], Actor.User("ada"), Ct));

        var blocked = await admin.RefusedAsync("runBatch", new { model, version = 1, file }, Selection);
        var pending = await admin.RefusedAsync("runBatch", new { model, version = raw, file }, Selection);

        Assert.Equal("VersionBlockedError", blocked.GetProperty("__typename").GetString());
        Assert.Equal("VersionNotReadyError", pending.GetProperty("__typename").GetString());
    }

    [Fact]
    public async Task Who_may_not_write_the_output_or_read_the_input_may_not_run_it()
    {
        using var admin = await host.AdminAsync();
        using var contributor = await host.AsAsync(Role.Contributor, "batch");
        using var stranger = await host.AsAsync(Role.Viewer, "other");
        var model = await ReadyAsync(admin, "batch.guarded");
        var secret = await DataAsync(admin, "secret.rows");
        var run = (await admin.DoAsync("runBatch", new { model, version = 1, file = await FileAsync(admin, "rows.csv") }, Selection)).GetProperty("batchRun").GetProperty("id").GetString();

        foreach (var input in new object[]
        {
            new { model, version = 1, data = new { dataset = secret, version = 1 } },
            new { model, version = 1, file = await FileAsync(admin, "rows.csv"), output = "secret.out" },
        })
        {
            var answer = await contributor.RawAsync("mutation($input: RunBatchInput!) { runBatch(input: $input) { batchRun { id } } }", new { input });
            Assert.Equal("AUTH_NOT_AUTHORIZED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        }
        var hidden = await stranger.QueryAsync("query($id: ID!) { batch(id: $id) { id } batches { totalCount } }", new { id = run });
        Assert.Equal((JsonValueKind.Null, 0), (hidden.GetProperty("batch").ValueKind, hidden.GetProperty("batches").GetProperty("totalCount").GetInt32()));
    }

    private async Task<string> ReadyAsync(ApiClient admin, string name)
    {
        await host.ReadyVersionAsync(admin, await admin.ModelAsync(name));
        return name;
    }

    private static async Task<object> FileAsync(ApiClient admin, string path) => new { path, digest = await admin.UploadAsync("x\n[1,2,3,4]\n"u8.ToArray()) };

    /// <summary>Data as a worker leaves it: profiled.</summary>
    private async Task<string> DataAsync(ApiClient admin, string name, params string[] columns)
    {
        await admin.DoAsync("createDataset", new { name }, "dataset { name }");
        await admin.DoAsync("registerDataVersion", new { dataset = name, files = new[] { await FileAsync(admin, "rows.csv") } }, "dataVersion { number }");
        await using var db = host.Open();
        var version = await db.DataVersions.SingleAsync(v => v.Dataset.Name == name, Ct);
        Assert.Null(version.Accept([.. (columns.Length > 0 ? columns : ["id", "x"]).Select(c => new Column(c, "text", false))], new Profile(1, []), DateTimeOffset.UtcNow));
        Assert.Null(await db.CommitAsync(new DataVersionProfiled(name, 1, 1), Actor.System("worker"), Ct));
        return name;
    }
}
