using System.Diagnostics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Tests.Onnx;
using ModelHub.Tests.Router;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Batches;

/// <summary>Nodes in processes of their own that have joined the stack's API, and batch runs as the API asks for them.</summary>
internal sealed class BatchStack(WorkerStack stack) : IDisposable
{
    private readonly List<NodeProcess> nodes = [];
    private readonly List<Process> workers = [];
    private static int names;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public NodeProcess StartNode()
    {
        var node = new NodeProcess(stack.Api, WorkerStack.JoinToken, $"batch-node-{Interlocked.Increment(ref names)}");
        nodes.Add(node);
        return node;
    }

    /// <summary>A worker in a process of its own, to be killed in the middle of its work.</summary>
    public Process StartWorker()
    {
        var start = new ProcessStartInfo("dotnet");
        foreach (var argument in (string[])["exec", typeof(ModelHub.Worker.Program).Assembly.Location, .. stack.WorkerArguments($"batch-worker-{Interlocked.Increment(ref names)}")]) start.ArgumentList.Add(argument);
        workers.Add(Process.Start(start)!);
        return workers[^1];
    }

    /// <summary>A ready version of y = a + 2 b + 0.5.</summary>
    public async Task<VersionId> LinearAsync()
    {
        var path = Path.Combine(stack.Folder, $"{Guid.NewGuid():N}.onnx");
        await File.WriteAllBytesAsync(path, TinyModel.Linear([1, 2], 0.5f, "a", "b"), Ct);
        return await ReadyAsync(path);
    }

    public async Task<VersionId> ReadyAsync(string path)
    {
        var version = await stack.RegisterAsync(path);
        Assert.Equal(OperationState.Succeeded, (await stack.EndAsync(version.Value)).State);
        return version;
    }

    public string Write(string name, string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(stack.Folder, Guid.NewGuid().ToString("N"))).FullName;
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<BatchRun> AskAsync(VersionId version, string path, BatchFormat format = BatchFormat.Csv, int shardRows = 1_000, string[]? keep = null, DataVersionId? data = null)
    {
        var (digest, size) = await stack.StoreAsync(path);
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow;
        var of = await db.Versions.Include(v => v.Model).SingleAsync(v => v.Id == version, Ct);
        var input = data is { } id ? await db.DataVersions.Include(d => d.Dataset).SingleAsync(d => d.Id == id, Ct) : null;
        var dataset = Dataset.Create($"test.out{Interlocked.Increment(ref names)}", null, [], WorkerStack.Ada, now).Value;
        var run = BatchRunId.New(now);
        var operation = Operation.Enqueue(OperationKinds.Batch, Subjects.BatchRun(run.Value), run.Value, WorkerStack.Ada, now);
        var request = new BatchRequest(of, of.Model.Name, operation.Id, [new DataFile(Path.GetFileName(path), digest.Value, size)], input, dataset, format, shardRows, Keep: keep);
        var opened = BatchRun.Open(run, request, WorkerStack.Ada, now).Value;
        db.AddRange(dataset, operation, opened);
        await WorkerStack.CommitAsync(db, new BatchRequested(run.Value, of.Model.Name, of.Number, path, dataset.Name));
        return opened;
    }

    public async Task<BatchRun> ReadAsync(BatchRunId id)
    {
        await using var db = stack.Open();
        return await db.BatchRuns.AsNoTracking().Include(r => r.Output!.Dataset).SingleAsync(r => r.Id == id, Ct);
    }

    public Task<BatchRun> EndAsync(BatchRun run) =>
        Eventually.Is(() => ReadAsync(run.Id), r => r.State.HasEnded(), TimeSpan.FromSeconds(120), $"The end of batch run {run.Id.Value}");

    public Task<BatchRun> DoneAsync(BatchRun run, double share) => Eventually.Is(
        () => ReadAsync(run.Id), r => r.State.HasEnded() || r.RowsDone >= share * (r.RowsTotal ?? long.MaxValue), TimeSpan.FromSeconds(120), $"{share:P0} of batch run {run.Id.Value}");

    /// <summary>The bytes of the one file that the run has put out.</summary>
    public async Task<byte[]> OutputAsync(BatchRun run)
    {
        Assert.Equal((OperationState.Succeeded, null), (run.State, run.Failure));
        return await stack.FetchAsync(run.Output!.Files.Single().Digest);
    }

    public async Task<string[]> LinesAsync(BatchRun run) =>
        Encoding.UTF8.GetString(await OutputAsync(run)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        foreach (var worker in workers)
        {
            worker.Kill();
            worker.Dispose();
        }
        foreach (var node in nodes) node.Dispose();
    }
}
