using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using Xunit;

namespace ModelHub.Tests.Api.Data;

public sealed class RegisterDataVersionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_changed_byte_is_another_digest_and_an_unchanged_file_is_stored_once()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createDataset", new { name = "bytes.rows" }, "dataset { id }");
        var before = StoredFiles();
        var (kept, first, second) = (await admin.UploadAsync(Bytes("a,b\n1,2\n")), await admin.UploadAsync(Bytes("a,b\n3,4\n")), await admin.UploadAsync(Bytes("a,b\n3,5\n")));

        var one = await RegisterAsync(admin, "bytes.rows", ("kept.csv", kept), ("x.csv", first));
        var other = await RegisterAsync(admin, "bytes.rows", ("kept.csv", await admin.UploadAsync(Bytes("a,b\n1,2\n"))), ("x.csv", second));

        Assert.NotEqual(one.GetProperty("digest").GetString(), other.GetProperty("digest").GetString());
        Assert.Equal(3, StoredFiles() - before);
        Assert.Equal(JsonValueKind.Null, other.GetProperty("sameAs").ValueKind);
    }

    [Fact]
    public async Task The_same_files_are_told_as_the_version_they_are_or_refused_by_choice()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createDataset", new { name = "same.rows" }, "dataset { id }");
        var (a, b) = (await admin.UploadAsync(Bytes("a\n1\n")), await admin.UploadAsync(Bytes("a\n2\n")));
        await RegisterAsync(admin, "same.rows", ("a.csv", a), ("b.csv", b));

        var again = await RegisterAsync(admin, "same.rows", ("b.csv", b), ("a.csv", a));
        var refused = await admin.RefusedAsync("registerDataVersion", Input("same.rows", "REFUSE", ("a.csv", a), ("b.csv", b)), "dataVersion { number }");
        var renamed = await RegisterAsync(admin, "same.rows", ("a.csv", a), ("c.csv", b));

        Assert.Equal((2, 1), (again.GetProperty("number").GetInt32(), again.GetProperty("sameAs").GetInt32()));
        Assert.Equal("These files are same.rows@1 already.", refused.GetProperty("message").GetString());
        // The refused one took no number.
        Assert.Equal((3, JsonValueKind.Null), (renamed.GetProperty("number").GetInt32(), renamed.GetProperty("sameAs").ValueKind));
    }

    [Fact]
    public async Task Files_of_a_version_that_failed_may_be_tried_again_and_of_two_at_once_one_is_refused()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createDataset", new { name = "again.rows" }, "dataset { id }");
        var file = await admin.UploadAsync(Bytes("a\n9\n"));
        await RegisterAsync(admin, "again.rows", ("a.csv", file));
        await using (var db = host.Open())
            await db.DataVersions.Where(v => v.Dataset.Name == "again.rows").ExecuteUpdateAsync(set => set.SetProperty(v => v.State, DataVersionState.Failed), Ct);

        var payloads = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => admin.MutateAsync("registerDataVersion", Input("again.rows", "REFUSE", ("a.csv", file)), "dataVersion { number }")));

        Assert.Equal(1, payloads.Count(payload => payload.GetProperty("dataVersion").ValueKind == JsonValueKind.Object));
    }

    private int StoredFiles() => Directory.EnumerateFiles(Path.Combine(host.Data, "artifacts", "sha256"), "*", SearchOption.AllDirectories).Count();

    private static async Task<JsonElement> RegisterAsync(ApiClient client, string dataset, params (string Path, string Digest)[] files) =>
        (await client.DoAsync("registerDataVersion", Input(dataset, "REGISTER", files), "dataVersion { number digest sameAs }")).GetProperty("dataVersion");

    private static object Input(string dataset, string ifSame, params (string Path, string Digest)[] files) =>
        new { dataset, ifSame, files = files.Select(file => new { path = file.Path, digest = file.Digest }) };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
