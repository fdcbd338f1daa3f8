using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Cli.Bundles;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Webhooks;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Bundles;

public sealed class ExportBundleTests(TestPostgres server) : IAsyncLifetime
{
    private static readonly string SecretsKey = new('k', 40);

    private readonly ApiHost host = new(server) { MoreArguments = [$"--SecretsKey={SecretsKey}"] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_first_export_asks_a_worker_once_and_says_that_it_is_under_way()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("edge.unprepared");
        await ReadyAsync(admin, model, sample: false);

        using var first = await admin.Http.GetAsync(Address(model), Ct);
        using var second = await admin.Http.GetAsync(Address(model), Ct);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(Ct), await second.Content.ReadAsStringAsync(Ct));
        Assert.EndsWith($"{model}/versions/1/bundle?wait=60", first.Headers.Location!.ToString(), StringComparison.Ordinal);
        await using var db = host.Open();
        Assert.Equal(1, await db.Operations.CountAsync(o => o.Kind == OperationKinds.PrepareBundle, Ct));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "bundle.requested", Ct));
    }

    [Fact]
    public async Task Who_may_not_read_the_version_finds_no_bundle()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("edge.hidden");
        await ReadyAsync(admin, model);
        using var reader = await host.AsAsync(Role.Viewer, "edge");
        using var stranger = await host.AsAsync(Role.Viewer, "other");

        Assert.Equal(HttpStatusCode.OK, (await reader.Http.GetAsync(Address(model), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Http.GetAsync(Address(model), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.Http.GetAsync(Address("edge.nothing"), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await reader.Http.GetAsync(Address(model) + "?wait=61", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_is_not_ready_or_blocked_anywhere_does_not_leave()
    {
        using var admin = await host.AdminAsync();
        var pending = await admin.ModelAsync("edge.pending");
        await admin.VersionAsync(pending);
        var blocked = await admin.ModelAsync("edge.blocked");
        await ReadyAsync(admin, blocked);
        await using (var db = host.Open())
        {
            var version = await db.Versions.SingleAsync(v => v.Model.Name == blocked, Ct);
            var staging = await db.Environments.SingleAsync(e => e.Name == "staging", Ct);
            db.VersionBlocks.Add(VersionBlock.Put(version.Id, staging.Id, null, "it failed", Actor.User("eve"), DateTimeOffset.UtcNow));
            await db.SaveChangesAsync(Ct);
        }

        var (unready, held) = (await RefusedAsync(admin, pending), await RefusedAsync(admin, blocked));

        Assert.Equal(("VERSION_NOT_BUNDLEABLE", "VERSION_BLOCKED"), (unready.GetProperty("code").GetString(), held.GetProperty("code").GetString()));
        Assert.Contains("rolled back in staging by user:eve (it failed)", held.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_first_exports_at_once_are_signed_by_one_key_which_lies_sealed()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("edge.first");
        await ReadyAsync(admin, model);

        var bundles = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => admin.Http.GetByteArrayAsync(Address(model), Ct)));

        Assert.All(bundles, bundle => Assert.Equal(bundles[0], bundle));
        await using var db = host.Open();
        var key = await db.BundleKeys.AsNoTracking().SingleAsync(Ct);
        using var pair = RSA.Create();
        pair.ImportPkcs8PrivateKey(new SecretBox(SecretsKey).OpenBytes(key.Sealed!), out _);
        Assert.Equal(key.PublicKey, pair.ExportSubjectPublicKeyInfoPem() + "\n");
        Assert.Null(new SecretBox(new string('x', 40)).OpenBytes(key.Sealed!));
    }

    [Fact]
    public async Task After_a_rotation_what_was_signed_before_verifies_with_the_key_it_names()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("edge.rotated");
        await ReadyAsync(admin, model);

        var before = await admin.Http.GetByteArrayAsync(Address(model), Ct);
        var made = (await admin.DoAsync("rotateBundleKey", new { idempotencyKey = "once" }, "bundleKey { name number }")).GetProperty("bundleKey");
        var again = (await admin.DoAsync("rotateBundleKey", new { idempotencyKey = "once" }, "bundleKey { name number }")).GetProperty("bundleKey");
        var after = await admin.Http.GetByteArrayAsync(Address(model), Ct);

        using var viewer = await host.AsAsync(Role.Viewer, "edge");
        var keys = (await viewer.QueryAsync("{ bundleKeys { name number publicKey retiredAt } }")).GetProperty("bundleKeys");
        Assert.Equal(made.GetRawText(), again.GetRawText());
        Assert.Equal((2, made.GetProperty("name").GetString()), (keys.GetArrayLength(), keys[0].GetProperty("name").GetString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (keys[0].GetProperty("retiredAt").ValueKind, keys[1].GetProperty("retiredAt").ValueKind));
        using var present = Public(keys[0]);
        using var earlier = Public(keys[1]);
        Assert.Equal(model, VerifyBundle.Run(new MemoryStream(after), present, null).Model);
        Assert.Equal(model, VerifyBundle.Run(new MemoryStream(before), earlier, null).Model);
        Assert.Throws<InvalidBundleException>(() => VerifyBundle.Run(new MemoryStream(before), present, null));
        await using var db = host.Open();
        Assert.Null((await db.BundleKeys.SingleAsync(key => key.Number == 1, Ct)).Sealed);
    }

    [Fact]
    public async Task Every_export_is_listed_for_who_may_read_the_version()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("edge.listed");
        await ReadyAsync(admin, model);
        using var reader = await host.AsAsync(Role.Viewer, "edge");
        using var stranger = await host.AsAsync(Role.Viewer, "other");

        var bundle = await admin.Http.GetByteArrayAsync(Address(model), Ct);
        await reader.Http.GetByteArrayAsync(Address(model), Ct);

        const string Listed = "{ bundleExports { nodes { key manifest size exportedBy exportedAt version { number model { name } } } totalCount } }";
        var seen = (await reader.QueryAsync(Listed)).GetProperty("bundleExports").GetProperty("nodes").EnumerateArray().ToList();
        var hidden = (await stranger.QueryAsync(Listed)).GetProperty("bundleExports");
        var key = (await admin.QueryAsync("{ bundleKeys { name } }")).GetProperty("bundleKeys")[0].GetProperty("name").GetString();
        Assert.Equal([await ActorAsync(reader), await ActorAsync(admin)], seen.Select(export => export.GetProperty("exportedBy").GetString()));
        Assert.All(seen, export => Assert.Equal(
            (key, bundle.Length, model),
            (export.GetProperty("key").GetString(), export.GetProperty("size").GetInt32(), export.GetProperty("version").GetProperty("model").GetProperty("name").GetString())));
        Assert.Equal(ManifestOf(bundle), Assert.Single(seen.Select(export => export.GetProperty("manifest").GetString()).Distinct()));
        Assert.Equal(0, hidden.GetProperty("totalCount").GetInt32());
        var filtered = await admin.QueryAsync($$"""{ one: bundleExports(where: { model: { eq: "{{model}}" }, version: { eq: 1 } }) { totalCount } none: bundleExports(where: { version: { eq: 2 } }) { totalCount } }""");
        Assert.Equal((2, 0), (filtered.GetProperty("one").GetProperty("totalCount").GetInt32(), filtered.GetProperty("none").GetProperty("totalCount").GetInt32()));
    }

    [Fact]
    public async Task Without_the_setting_that_seals_keys_nothing_is_signed()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("edge.sealed");
        await ReadyAsync(admin, model);
        await admin.Http.GetByteArrayAsync(Address(model), Ct);
        var other = await host.StartAsync($"--SecretsKey={new string('z', 40)}");
        using var there = new HttpClient { BaseAddress = ApiHost.AddressOf(other) };
        there.DefaultRequestHeaders.Authorization = admin.Http.DefaultRequestHeaders.Authorization;

        using var answer = await there.GetAsync(Address(model), Ct);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("BUNDLE_KEY_SEALED", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    private static string Address(string model) => $"/api/v1/models/{model}/versions/1/bundle";

    private static async Task<JsonElement> RefusedAsync(ApiClient client, string model)
    {
        using var answer = await client.Http.GetAsync(Address(model), Ct);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task<string> ActorAsync(ApiClient client)
    {
        var me = (await client.QueryAsync("{ me { kind name } }")).GetProperty("me");
        return $"{(me.GetProperty("kind").GetString() == "USER" ? "user" : "token")}:{me.GetProperty("name").GetString()}";
    }

    /// <summary>The digest of the first member of the tar file.</summary>
    private static string ManifestOf(byte[] bundle)
    {
        using var tar = new TarReader(new MemoryStream(bundle));
        var manifest = tar.GetNextEntry()!;
        Assert.Equal("manifest.json", manifest.Name);
        using var bytes = new MemoryStream();
        manifest.DataStream!.CopyTo(bytes);
        return Digest.Of(bytes.ToArray()).Value;
    }

    private static RSA Public(JsonElement key)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(key.GetProperty("publicKey").GetString());
        return rsa;
    }

    /// <summary>A version as workers leave it: its bytes stored, validated, and unless told otherwise with a sample.</summary>
    private async Task ReadyAsync(ApiClient client, string model, bool sample = true)
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var digest = await client.UploadAsync(bytes);
        await client.DoAsync("registerVersion", new { model, digest }, "version { number }");
        var (request, answer) = ("""{"inputs":[]}"""u8.ToArray(), """{"outputs":[]}"""u8.ToArray());
        await using var db = host.Open();
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model, Ct);
        var signature = new Signature([new TensorSpec("x", "FP32", [-1, 4])], [new TensorSpec("y", "FP32", [-1, 2])]);
        Assert.Null(version.Accept(signature, [new ArtifactFile("model.onnx", bytes.Length, digest)], ArtifactScan.NotApplicable, DateTimeOffset.UtcNow));
        if (sample)
            version.Keep(new ModelSample("model.onnx", await client.UploadAsync(request), request.Length, await client.UploadAsync(answer), answer.Length, "1.23"), DateTimeOffset.UtcNow);
        Assert.Null(await db.CommitAsync(new VersionValidated(model, 1, version.Digest), Actor.System("worker"), Ct));
    }
}
