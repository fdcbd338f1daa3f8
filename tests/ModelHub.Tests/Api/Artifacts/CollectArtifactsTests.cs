using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Api.Artifacts;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

public sealed class CollectArtifactsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "artifactCollection { dryRun looked bytes next artifacts { digest size lastWantedAt } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nothing_refers_to_goes_and_the_rest_stays()
    {
        using var admin = await host.AdminAsync();
        var (model, dataset, tagged, unused) = (await OldAsync(admin), await OldAsync(admin), await OldAsync(admin), await OldAsync(admin));
        await admin.DoAsync("createModel", new { name = "risk.collected" }, "model { id }");
        await admin.DoAsync("registerVersion", new { model = "risk.collected", digest = model, tags = new[] { new { key = "predictions", value = tagged } } }, "version { id }");
        await admin.DoAsync("createDataset", new { name = "risk.collected-data" }, "dataset { id }");
        await admin.DoAsync("registerDataVersion", new { dataset = "risk.collected-data", files = new[] { new { path = "a.csv", digest = dataset } } }, "dataVersion { id }");
        await ForgetAsync(model, dataset, tagged, unused);

        var dry = await CollectAsync(admin, dryRun: true);
        var after = await SizeAsync(unused);
        var done = await CollectAsync(admin, dryRun: false);

        Assert.Equal([unused], Digests(dry).Intersect([model, dataset, tagged, unused]));
        Assert.Equal(1000, after);
        Assert.Equal([unused], Digests(done).Intersect([model, dataset, tagged, unused]));
        Assert.Equal([null, 1000, 1000, 1000], [await SizeAsync(unused), await SizeAsync(model), await SizeAsync(dataset), await SizeAsync(tagged)]);
        await using var db = host.Open();
        var told = await db.Events.AsNoTracking().Where(e => e.Type == "artifacts.removed").OrderBy(e => e.Sequence).LastAsync(Ct);
        Assert.Contains(unused, told.Data, StringComparison.Ordinal);
        Assert.Equal(done.GetProperty("bytes").GetInt64(), JsonDocument.Parse(told.Data).RootElement.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task The_same_request_is_done_once_and_answered_alike()
    {
        using var admin = await host.AdminAsync();
        var unused = await OldAsync(admin);
        await ForgetAsync(unused);
        var input = new { dryRun = false, graceHours = 24, idempotencyKey = "collected once" };

        var first = (await admin.DoAsync("collectArtifacts", input, Selection)).GetProperty("artifactCollection");
        var second = (await admin.DoAsync("collectArtifacts", input, Selection)).GetProperty("artifactCollection");

        Assert.Contains(unused, Digests(first));
        Assert.Equal(first.GetRawText(), second.GetRawText());
    }

    [Fact]
    public async Task What_came_lately_or_was_asked_after_lately_stays()
    {
        using var admin = await host.AdminAsync();
        var young = await UploadAsync(admin);
        var wanted = await OldAsync(admin);
        await ForgetAsync(young, wanted);

        // Said to be there already, to somebody who is about to register it.
        using var begun = await admin.Http.PostAsJsonAsync("/api/v1/artifacts/uploads", new { size = 1000, digest = wanted }, Ct);

        Assert.True(begun.IsSuccessStatusCode);
        Assert.DoesNotContain(Digests(await CollectAsync(admin, dryRun: true)), digest => digest == young || digest == wanted);
    }

    [Fact]
    public async Task Nobody_registers_what_is_being_removed_and_nothing_registered_is_removed()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createModel", new { name = "risk.raced" }, "model { id }");
        var digests = new List<string>();
        for (var i = 0; i < 40; i++)
            digests.Add(await OldAsync(admin));
        await ForgetAsync([.. digests]);

        var registering = digests.Select(digest => Task.Run(() => admin.MutateAsync("registerVersion", new { model = "risk.raced", digest }, "version { id }"), Ct)).ToList();
        var collecting = Task.Run(() => CollectAsync(admin, dryRun: false), Ct);
        var answers = await Task.WhenAll(registering);
        var removed = Digests(await collecting).ToHashSet();

        for (var i = 0; i < digests.Count; i++)
        {
            var registered = answers[i].GetProperty("version").ValueKind != JsonValueKind.Null;
            Assert.NotEqual(registered, removed.Contains(digests[i]));
            Assert.Equal(registered, await SizeAsync(digests[i]) is not null);
        }
    }

    [Theory]
    [InlineData(0, null, "graceHours")]
    [InlineData(90_000, null, "graceHours")]
    [InlineData(1, "../../etc", "after")]
    public async Task What_cannot_be_asked_is_refused_by_its_name(int graceHours, string? after, string field)
    {
        using var admin = await host.AdminAsync();

        var refusal = await admin.RefusedAsync("collectArtifacts", new { dryRun = true, graceHours, after }, Selection);

        Assert.Equal("INVALID_INPUT", refusal.GetProperty("code").GetString());
        Assert.Contains(field, refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_go_on_where_the_last_one_ended()
    {
        using var admin = await host.AdminAsync();
        var mine = new List<string>();
        for (var i = 0; i < 5; i++)
            mine.Add(await OldAsync(admin));
        await ForgetAsync([.. mine]);
        var sorted = mine.Order(StringComparer.Ordinal).ToList();

        var answer = await admin.DoAsync("collectArtifacts", new { dryRun = true, graceHours = 1, after = sorted[2]["sha256:".Length..] }, Selection);

        Assert.Equal(sorted[3..], Digests(answer.GetProperty("artifactCollection")).Where(mine.Contains));
    }

    /// <summary>A column that may hold a digest either counts as a reference or stands here with a reason.</summary>
    [Fact]
    public void Every_column_that_tells_a_digest_is_known()
    {
        string[] noReference =
        [
            "ArtifactUse.Digest", // of what somebody asked after
            "BatchShard.Digest", // of rows that lie in the database
            "DataVersion.Digest", // of the list of its files
            "GateEvidence.PolicyDigest", "GateRound.PolicyDigest", "PolicyVersion.Digest", // of policies
            "IdempotencyKey.RequestDigest", // of requests
        ];
        using var db = host.Open();

        var told = db.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties().Where(p => p.Name.Contains("Digest", StringComparison.Ordinal)).Select(p => $"{entity.ClrType.Name}.{p.Name}")).Distinct().Order();

        Assert.Equal(noReference.Append("Version.Digest").Order(StringComparer.CurrentCulture), told);
    }

    private static async Task<string> UploadAsync(ApiClient client)
    {
        var bytes = RandomNumberGenerator.GetBytes(1000);
        await client.UploadAsync(bytes);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private async Task<string> OldAsync(ApiClient client)
    {
        var digest = await UploadAsync(client);
        File.SetLastWriteTimeUtc(Path.Combine(host.Data, "artifacts", "sha256", digest[7..9], digest[7..]), DateTime.UtcNow.AddDays(-3));
        return digest;
    }

    private async Task ForgetAsync(params string[] digests)
    {
        await using var db = host.Open();
        await db.ArtifactUses.Where(use => digests.Contains(use.Digest)).ExecuteDeleteAsync(Ct);
    }

    private Task<long?> SizeAsync(string digest) => host.App.Services.GetRequiredService<IArtifactStore>().SizeAsync(digest[7..], Ct);

    private static async Task<JsonElement> CollectAsync(ApiClient client, bool dryRun) =>
        (await client.DoAsync("collectArtifacts", new { dryRun, graceHours = 24 }, Selection)).GetProperty("artifactCollection");

    private static IEnumerable<string> Digests(JsonElement collection) => collection.GetProperty("artifacts").EnumerateArray().Select(one => one.GetProperty("digest").GetString()!);
}
