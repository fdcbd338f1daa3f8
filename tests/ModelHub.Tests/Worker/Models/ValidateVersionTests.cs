using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Worker.Models;

public sealed class ValidateVersionTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task A_good_model_becomes_ready_with_the_signature_read_from_it()
    {
        await stack.NeedWorkerAsync();
        var id = await stack.RegisterAsync(SharedData.Path("models", "german_lr_mixed", "model.onnx"));

        var operation = await stack.EndAsync(id.Value);

        var version = await VersionAsync(id);
        Assert.Equal((VersionState.Ready, null), (version.State, version.Failure));
        Assert.Equal(20, version.Signature!.Inputs.Count);
        Assert.Contains(version.Signature.Inputs, i => i is { Datatype: "BYTES" });
        Assert.Contains(version.Signature.Outputs, o => o is { Kind: TensorKind.Zipmap, Labels: ["1", "2"] });
        Assert.Equal(version.Digest, Assert.Single(version.Files).Digest);
        Assert.Equal(1, operation.Attempts);
    }

    [Fact]
    public async Task The_optimised_graph_of_a_model_is_stored_beside_it()
    {
        await stack.NeedWorkerAsync();
        var id = await stack.RegisterAsync(SharedData.Path("models", "german_mlp_num", "model.onnx"));

        await stack.EndAsync(id.Value);

        var version = await VersionAsync(id);
        Assert.True(version.Optimised is { LoadMs: > 0, LoadMsBefore: > 0, Runtime.Length: > 0 } made && made.Nodes < made.NodesBefore, version.Failure);
        var stored = Path.Combine(stack.Folder, "api", "artifacts", "sha256");
        Assert.Contains(Directory.EnumerateFiles(stored, "*", SearchOption.AllDirectories), file => Path.GetFileName(file) == version.Optimised.Digest[7..] && new FileInfo(file).Length == version.Optimised.Size);
        Assert.Contains(await stack.LogAsync(id.Value), line => line.StartsWith("optimised from ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_hostile_file_is_judged_as_its_index_says_and_the_worker_lives()
    {
        await stack.NeedWorkerAsync();
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedData.Path("hostile", "index.json"), TestContext.Current.CancellationToken));
        var files = index.RootElement.GetProperty("files").EnumerateArray()
            .Select(f => (File: f.GetProperty("file").GetString()!, Expect: f.GetProperty("expect").GetString()!))
            .Where(f => f.File.StartsWith("onnx/", StringComparison.Ordinal) || f.File.StartsWith("archive/", StringComparison.Ordinal)).ToArray();

        var versions = new List<(string File, string Expect, VersionId Id)>();
        foreach (var (file, expect) in files) versions.Add((file, expect, await stack.RegisterAsync(SharedData.Path("hostile", file))));
        foreach (var (_, _, id) in versions) await stack.EndAsync(id.Value, TimeSpan.FromMinutes(5));

        Assert.NotEmpty(versions);
        foreach (var (file, expect, id) in versions)
        {
            var version = await VersionAsync(id);
            var operation = await stack.OperationAsync(id.Value);
            Assert.True(operation.Attempts == 1, $"{file} took {operation.Attempts} attempts: {operation.Message}");
            if (expect == "reject") Assert.True(version is { State: VersionState.Failed, Failure.Length: > 0 }, $"{file} became {version.State}");
            if (expect == "serve") Assert.True(version.State == VersionState.Ready, $"{file} became {version.State}: {version.Failure}");
            Assert.True(version.State is VersionState.Ready or VersionState.Failed, $"{file} stayed {version.State}");
        }
    }

    [Theory]
    [InlineData("os_system_true.pkl")]
    [InlineData("os_system_true_protocol0.pkl")]
    [InlineData("torch_like.pt")]
    public async Task A_pickle_is_kept_scanned_and_never_served(string file)
    {
        await stack.NeedWorkerAsync();
        var id = await stack.RegisterAsync(SharedData.Path("hostile", "pickle", file), "pickle");

        await stack.EndAsync(id.Value);

        var version = await VersionAsync(id);
        Assert.Equal((VersionState.Ready, null), (version.State, version.Signature));
        Assert.Equal(ScanVerdict.Dangerous, version.Scan!.Verdict);
        Assert.Contains(version.Scan.Findings, f => f.Contains(".system", StringComparison.Ordinal));
    }

    private async Task<ModelHub.Domain.Models.Version> VersionAsync(VersionId id)
    {
        await using var db = stack.Open();
        return await db.Versions.AsNoTracking().SingleAsync(v => v.Id == id, TestContext.Current.CancellationToken);
    }
}
