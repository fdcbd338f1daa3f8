using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using ModelHub.Worker.Artifacts;
using Xunit;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker;

/// <summary>The real API, and as many real workers as a test asks for, in this process, on one database.</summary>
public sealed class WorkerStack(TestPostgres server) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly TestDatabase database = new(server);
    private readonly List<WebApplication> workers = [];
    private WebApplication api = null!;
    private WebApplication tools = null!;
    private int names;

    public string Api { get; private set; } = "";

    public string ConnectionString => database.ConnectionString;

    public TestDatabase Database => database;

    public string Folder => folder.Path;

    internal const string JoinToken = "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj";

    internal static Actor Ada { get; } = Actor.User("ada");

    public ModelHubDb Open() => database.Open();

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        await StartApiAsync("http://127.0.0.1:0");
        Api = api.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        // Never started: only its way to the API is used.
        tools = ModelHub.Worker.Program.Create(WorkerArguments("tools"));
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkersAsync();
        await tools.DisposeAsync();
        await api.DisposeAsync();
        await database.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Brings the API back under the address it had.</summary>
    internal Task StartApiAsync() => StartApiAsync(Api);

    internal async Task StopApiAsync()
    {
        await api.StopAsync();
        await api.DisposeAsync();
    }

    /// <summary>Arguments with which a worker of this stack starts, in this process or as one of its own.</summary>
    internal string[] WorkerArguments(string name) =>
        ["--Database", ConnectionString, "--Api", Api, "--Data", Path.Combine(Folder, name), "--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning"];

    private async Task StartApiAsync(string url)
    {
        api = ModelHub.Api.Program.Create(
            ["--Database", ConnectionString, "--Data", Path.Combine(Folder, "api"), "--JoinToken", JoinToken, "--SecretsKey", new string('k', 40), "--Urls", url, "--Logging:LogLevel:Default", "Warning"]);
        await api.StartAsync();
    }

    /// <summary>One more worker in this process.</summary>
    internal async Task<WebApplication> StartWorkerAsync(params string[] more)
    {
        var worker = ModelHub.Worker.Program.Create([.. WorkerArguments($"worker-{workers.Count}"), .. more]);
        await worker.StartAsync();
        workers.Add(worker);
        return worker;
    }

    /// <summary>A worker, when there is none in this process yet.</summary>
    internal async Task<WebApplication> NeedWorkerAsync() => workers.Count > 0 ? workers[0] : await StartWorkerAsync();

    /// <summary>Stops the workers in this process the way a signal would.</summary>
    internal async Task StopWorkersAsync()
    {
        foreach (var worker in workers)
        {
            await worker.StopAsync();
            await worker.DisposeAsync();
        }
        workers.Clear();
    }

    internal Task<(Digest Digest, long Size)> StoreAsync(string path) =>
        tools.Services.GetRequiredService<ArtifactsAtApi>().StoreAsync(path, TestContext.Current.CancellationToken);

    /// <summary>The bytes of an artifact.</summary>
    internal async Task<byte[]> FetchAsync(string digest)
    {
        var path = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
        await tools.Services.GetRequiredService<ArtifactsAtApi>().FetchAsync(Digest.Parse("digest", digest).Value, path, TestContext.Current.CancellationToken);
        return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
    }

    /// <summary>Registers a version of a new model and enqueues its validation, as the API does.</summary>
    internal async Task<VersionId> RegisterAsync(string path, string format = "onnx", string? model = null)
    {
        var (digest, size) = await StoreAsync(path);
        await using var db = Open();
        var now = DateTimeOffset.UtcNow;
        var owner = Model.Create(model ?? $"test.m{Interlocked.Increment(ref names)}", new ModelDescription(), Ada, now).Value;
        db.Models.Add(owner);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        var number = await db.TakeVersionNumberAsync(owner.Id, TestContext.Current.CancellationToken);
        var version = Version.Register(owner.Id, number, new VersionRegistration(digest.Value, size, format), Ada, now).Value;
        db.Versions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ValidateVersion, Subjects.Version(owner.Name, number), version.Id.Value, Ada, now));
        await CommitAsync(db, new VersionRegistered(owner.Name, number, digest.Value));
        return version.Id;
    }

    internal Task<DataVersionId> RegisterDataAsync(params string[] paths) => RegisterDataAsync([], paths);

    /// <summary>The first version of a new dataset with these expectations.</summary>
    internal async Task<DataVersionId> RegisterDataAsync(IReadOnlyList<Expectation> rules, params string[] paths)
    {
        var files = new List<DataFile>();
        foreach (var path in paths)
        {
            var (digest, size) = await StoreAsync(path);
            files.Add(new DataFile(Path.GetFileName(path), digest.Value, size));
        }
        await using var db = Open();
        var now = DateTimeOffset.UtcNow;
        var dataset = Dataset.Create($"test.d{Interlocked.Increment(ref names)}", null, [], Ada, now).Value;
        db.Datasets.Add(dataset);
        if (rules.Count > 0)
            db.Expectations.Add(dataset.Expect(rules, Ada, now).Value);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        var number = await db.TakeDataVersionNumberAsync(dataset.Id, TestContext.Current.CancellationToken);
        var version = DataVersion.Register(dataset.Id, number, files, Ada, now).Value;
        db.DataVersions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(dataset.Name, number), version.Id.Value, Ada, now));
        await CommitAsync(db, new DataVersionRegistered(dataset.Name, number, version.Digest));
        return version.Id;
    }

    /// <summary>A version that says it was made from the data; the number of what nodes follow, as it is then.</summary>
    internal async Task<long> MadeFromAsync(DataVersionId data)
    {
        var version = await RegisterAsync(SharedData.Path("models", "iris_knn", "model.onnx"));
        await using var db = Open();
        db.VersionDataVersions.Add(new VersionDataVersion(version, data));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return await db.Revisions.Where(r => r.Name == "assignments").Select(r => r.Value).SingleOrDefaultAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for a run of a new pipeline.</summary>
    internal async Task<TrainingRun> TrainAsync(DataVersionId data, Trainer trainer, string definition, VersionId? parent = null, EvaluationRule? evaluation = null)
    {
        await using var db = Open();
        var now = DateTimeOffset.UtcNow;
        var version = await db.DataVersions.SingleAsync(v => v.Id == data, TestContext.Current.CancellationToken);
        var model = Model.Create($"test.m{Interlocked.Increment(ref names)}", new ModelDescription(), Ada, now).Value;
        var pipeline = Pipeline.Create($"test.p{Interlocked.Increment(ref names)}", model.Id, version.DatasetId, trainer, definition, Ada, now).Value;
        if (evaluation is not null)
            Assert.Null(pipeline.SetTriggers(new RetrainingPolicy(null, false, [], TimeSpan.Zero) { Evaluation = evaluation }, Ada, now));
        var id = TrainingRunId.New(now);
        var operation = Operation.Enqueue(OperationKinds.Train, Subjects.TrainingRun(id.Value), id.Value, Ada, now);
        var run = TrainingRun.Request(id, pipeline, operation.Id, data, parent, [], definition, Ada, now).Value;
        db.AddRange(model, pipeline, operation, run);
        await CommitAsync(db, new TrainingRequested(id.Value, pipeline.Name, "test", version.Number));
        return run;
    }

    internal Task<Operation> EndAsync(Guid subject, TimeSpan? within = null) => Eventually.Is(
        () => OperationAsync(subject), o => o.State.HasEnded(), within ?? TimeSpan.FromSeconds(60), $"The end of the operation on {subject}");

    internal async Task<Operation> OperationAsync(Guid subject)
    {
        await using var db = Open();
        return await db.Operations.AsNoTracking().SingleAsync(o => o.SubjectId == subject, TestContext.Current.CancellationToken);
    }

    internal async Task<IReadOnlyList<string>> LogAsync(Guid subject)
    {
        await using var db = Open();
        return await db.OperationLog.Where(l => db.Operations.Any(o => o.Id == l.OperationId && o.SubjectId == subject))
            .OrderBy(l => l.Sequence).Select(l => l.Text).ToListAsync(TestContext.Current.CancellationToken);
    }

    internal async Task CancelAsync(Guid subject)
    {
        await using var db = Open();
        var operation = await db.Operations.SingleAsync(o => o.SubjectId == subject, TestContext.Current.CancellationToken);
        Assert.Null(operation.Cancel(DateTimeOffset.UtcNow));
        await CommitAsync(db, new OperationCancelRequested(operation.Id.Value, operation.Kind, operation.Subject));
    }

    internal static async Task CommitAsync(ModelHubDb db, Event change)
    {
        var refusal = await db.CommitAsync(change, Ada, TestContext.Current.CancellationToken);
        Assert.Null(refusal);
    }
}
