using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ModelHub.Cli.Bundles;
using ModelHub.Domain.Access;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Onnx;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Worker.Bundles;

/// <summary>Bundles from registration to verification: the real API, a real worker, ONNX Runtime, and the command line's verifier.</summary>
public sealed class BundleTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exports_are_the_same_bytes_also_after_a_restart_and_verify_offline()
    {
        var model = await RegisteredAsync(TinyModel.Linear([1, 2, 3], 4), "model.onnx");

        var first = await ExportAsync(model);
        var second = await ExportAsync(model);
        await stack.StopApiAsync();
        await stack.StartApiAsync();
        var third = await ExportAsync(model);

        Assert.Equal(first, second);
        Assert.Equal(first, third);
        using var key = await KeyAsync();
        var manifest = VerifyBundle.Run(new MemoryStream(first), key, null);
        Assert.Equal((model, 1L, "model/model.onnx"), (manifest.Model, manifest.Version, manifest.Entry));
        var members = Members(first);
        Assert.Equal(TinyModel.Linear([1, 2, 3], 4), members["model/model.onnx"]);
        // No column is known: an eighth, two and three of them, so y = 1/8 + 2 · 2/8 + 3 · 3/8 + 4.
        Assert.Equal([0.125f, 0.25f, 0.375f], Data(members["sample/request.json"], "inputs"));
        Assert.Equal([5.75f], Data(members["sample/answer.json"], "outputs"));
        await using var db = stack.Open();
        Assert.Equal(3, await db.Events.CountAsync(e => e.Type == "bundle.exported" && e.Subject == $"version:{model}@1", Ct));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "bundle.prepared" && e.Subject == $"version:{model}@1", Ct));
        Assert.Equal(1, await db.BundleKeys.CountAsync(Ct));
    }

    [Fact]
    public async Task Exports_from_before_there_was_a_table_of_them_are_listed_by_the_log_once()
    {
        var model = await RegisteredAsync(TinyModel.Linear([3, 2, 1], 4), "model.onnx");
        await ExportAsync(model);
        await ExportAsync(model);
        await using var db = stack.Open();
        var before = await ListedAsync(db, model);
        await db.BundleExports.Where(e => e.Id == before[0].Id).ExecuteDeleteAsync(Ct);
        await db.Database.ExecuteSqlRawAsync(ModelHub.Migrations.EarlierExports.Sql, Ct);
        await db.Database.ExecuteSqlRawAsync(ModelHub.Migrations.EarlierExports.Sql, Ct);
        // The other one has the same manifest, and so the same size.
        Assert.Equal(before.Select(e => (e.Key, e.Manifest, e.ExportedBy, e.Size)), (await ListedAsync(db, model)).Select(e => (e.Key, e.Manifest, e.ExportedBy, e.Size)));

        await db.BundleExports.Where(e => e.Version.Model.Name == model).ExecuteDeleteAsync(Ct);
        await db.Database.ExecuteSqlRawAsync(ModelHub.Migrations.EarlierExports.Sql, Ct);
        await db.Database.ExecuteSqlRawAsync(ModelHub.Migrations.EarlierExports.Sql, Ct);

        Assert.Equal(before.Select(e => (e.Key, e.Manifest, e.ExportedBy, 0L)), (await ListedAsync(db, model)).Select(e => (e.Key, e.Manifest, e.ExportedBy, e.Size)));
    }

    private static Task<List<ModelHub.Domain.Bundles.BundleExport>> ListedAsync(ModelHub.Database.ModelHubDb db, string model) =>
        db.BundleExports.AsNoTracking().Where(e => e.Version.Model.Name == model).OrderBy(e => e.ExportedAt).ToListAsync(Ct);

    [Fact]
    public async Task An_archive_is_taken_apart_and_its_files_stay_together()
    {
        var model = await RegisteredAsync(Zip(("model.onnx", TinyModel.External("weights.bin")), ("weights.bin", BitConverter.GetBytes(3f))), "model.zip");

        var bundle = await ExportAsync(model);

        using var key = await KeyAsync();
        var folder = Directory.CreateDirectory(Path.Combine(stack.Folder, Guid.NewGuid().ToString("n"))).FullName;
        VerifyBundle.Run(new MemoryStream(bundle), key, folder);
        Assert.Equal(["model.onnx", "weights.bin"], Directory.EnumerateFiles(Path.Combine(folder, "model")).Select(Path.GetFileName).Order());
        var answer = await File.ReadAllBytesAsync(Path.Combine(folder, "sample", "answer.json"), Ct);
        Assert.Equal([0.375f], Data(answer, "outputs"));
    }

    [Fact]
    public async Task A_sample_takes_usual_values_of_the_training_data()
    {
        var file = Path.Combine(stack.Folder, "loans.csv");
        await File.WriteAllTextAsync(file, "income,age\n10,30\n20,40\n60,50\n", Ct);
        var data = await stack.RegisterDataAsync(file);
        await stack.NeedWorkerAsync();
        await stack.EndAsync(data.Value);
        var model = await RegisteredAsync(TinyModel.Linear([1, 1], 0, "income", "unknown"), "model.onnx", data);

        var members = Members(await ExportAsync(model));

        Assert.Equal([20f, 0.25f], Data(members["sample/request.json"], "inputs"));
        Assert.Equal([20.25f], Data(members["sample/answer.json"], "outputs"));
    }

    [Fact]
    public async Task What_gives_no_answer_that_json_can_hold_is_refused_and_not_tried_again_at_once()
    {
        var model = await RegisteredAsync(TinyModel.Echo(ElementType.Float16, 1), "model.onnx");
        using var http = await HttpAsync();

        using var first = await http.GetAsync(Address(model), Ct);
        using var second = await http.GetAsync(Address(model), Ct);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (first.StatusCode, second.StatusCode));
        var told = JsonNode.Parse(await first.Content.ReadAsStringAsync(Ct))!;
        Assert.Equal("BUNDLE_NOT_PREPARED", (string?)told["code"]);
        Assert.Contains("its input 'x' is of FP16, which JSON has no form for", (string?)told["title"], StringComparison.Ordinal);
        await using var db = stack.Open();
        Assert.Equal(1, await db.Operations.CountAsync(o => o.Kind == OperationKinds.PrepareBundle && o.Subject == $"version:{model}@1", Ct));
    }

    [Fact]
    public async Task A_damaged_file_is_never_sent_as_a_whole_bundle()
    {
        var bytes = TinyModel.Linear([7, 7], 7);
        var model = await RegisteredAsync(bytes, "model.onnx");
        await ExportAsync(model);
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var stored = Path.Combine(stack.Folder, "api", "artifacts", "sha256", hex[..2], hex);
        await File.WriteAllBytesAsync(stored, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)], Ct);
        using var http = await HttpAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetByteArrayAsync(Address(model), Ct));
        using var after = await http.GetAsync(Address(model), Ct);

        Assert.False(File.Exists(stored));
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
        Assert.Contains("ARTIFACT_NOT_FOUND", await after.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    private async Task<string> RegisteredAsync(byte[] bytes, string file, DataVersionId? data = null)
    {
        await stack.NeedWorkerAsync();
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(stack.Folder, Guid.NewGuid().ToString("n"))).FullName, file);
        await File.WriteAllBytesAsync(path, bytes, Ct);
        var id = await stack.RegisterAsync(path);
        await stack.EndAsync(id.Value);
        await using var db = stack.Open();
        if (data is { } used)
        {
            db.VersionDataVersions.Add(new VersionDataVersion(id, used));
            await db.SaveChangesAsync(Ct);
        }
        var version = await db.Versions.Include(v => v.Model).SingleAsync(v => v.Id == id, Ct);
        Assert.True(version.State == VersionState.Ready, version.Failure);
        return version.Model.Name;
    }

    private async Task<byte[]> ExportAsync(string model)
    {
        using var http = await HttpAsync();
        using var answer = await http.GetAsync(Address(model), Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {(answer.StatusCode == HttpStatusCode.OK ? "" : await answer.Content.ReadAsStringAsync(Ct))}");
        return await answer.Content.ReadAsByteArrayAsync(Ct);
    }

    private static string Address(string model) => $"/api/v1/models/{model}/versions/1/bundle?wait=60";

    private async Task<HttpClient> HttpAsync()
    {
        await using var db = stack.Open();
        var issued = await ModelHub.Api.Access.IssueToken.RunAsync(
            db, $"bundles-{Guid.NewGuid():n}", [TokenScope.Read], [new Grant(Role.Viewer, Grant.Any, Grant.Any)], limit: null, TimeSpan.FromDays(1), WorkerStack.Ada, DateTimeOffset.UtcNow, Ct);
        var http = new HttpClient { BaseAddress = new Uri(stack.Api), Timeout = TimeSpan.FromSeconds(90) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", issued.Value.Secret);
        return http;
    }

    private async Task<RSA> KeyAsync()
    {
        await using var db = stack.Open();
        var key = RSA.Create();
        key.ImportFromPem((await db.BundleKeys.SingleAsync(Ct)).PublicKey);
        Assert.Equal(BundleKey.Bits, key.KeySize);
        return key;
    }

    private static Dictionary<string, byte[]> Members(byte[] bundle)
    {
        var members = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var tar = new TarReader(new MemoryStream(bundle));
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            members[entry.Name] = content.ToArray();
        }
        return members;
    }

    private static float[] Data(byte[] json, string tensors) => [.. JsonNode.Parse(json)![tensors]![0]!["data"]!.AsArray().Select(value => value!.GetValue<float>())];

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        return bytes.ToArray();
    }
}
