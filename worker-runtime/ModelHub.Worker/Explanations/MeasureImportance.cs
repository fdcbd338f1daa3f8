using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Events;
using ModelHub.Domain.Explanations;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Predictions;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Explanations;

/// <summary>Fetches a version and a data version, measures how much each column matters, and keeps the figures.</summary>
internal sealed class MeasureImportance(IDbContextFactory<ModelHubDb> databases, ArtifactCache artifacts, PermuteColumns permute, WorkerOptions options) : IWork
{
    public string Kind => OperationKinds.MeasureImportance;

    public Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var importance = await LoadAsync(db, operation, ct);
        var data = await db.DataVersions.AsNoTracking().Include(d => d.Dataset).SingleAsync(d => d.Id == importance.DataVersionId, ct);
        var model = await artifacts.GetAsync(importance.Version.Digest, ct);
        var files = await ProfileDataVersion.FetchAsync(data.Files, artifacts, log, ct);
        using var scratch = ScratchFolder.Create(options);
        var rows = await Task.Run(() => Draw(importance, model, files, scratch, ct), ct);
        var result = await permute.RunAsync(rows, importance.Settings, scratch, log, ct);
        var (name, number, source) = (importance.Version.Model.Name, importance.Version.Number, $"{data.Dataset.Name}@{data.Number}");
        var first = result.Columns.Count > 0 ? result.Columns[0].Column : null;
        return new($"{first} matters most on {result.Rows} rows of {source}", async (write, token) =>
        {
            (await LoadAsync(write, operation, token)).Found(result);
            return new List<Event> { new ImportanceMeasured(name, number, source, first) };
        });
    }

    // The version stays as it is: the operation tells what became of it.
    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => Nothing;

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    private static Task<IReadOnlyList<Event>> Nothing => Task.FromResult<IReadOnlyList<Event>>([]);

    private MeasuredRows Draw(VersionImportance importance, string model, IReadOnlyList<(string Name, string Path)> files, ScratchFolder scratch, CancellationToken ct)
    {
        DuckDbLibrary.Use(options.DuckDb);
        var (settings, signature) = (importance.Settings, importance.Version.Signature!);
        string[] fields = [.. BatchFields.Of(signature).Select(f => f.Name)];
        var drawn = DrawRows.Run(files, fields, settings.Target, settings.MaxRows, settings.Seed, scratch.Path, ct);
        if (drawn.WithLabel < ImportanceSettings.FewestRows)
            throw new BadInputException($"target: only {drawn.WithLabel} rows have a value in {settings.Target}; at least {ImportanceSettings.FewestRows} are needed.");
        var table = Table.Read([("drawn.csv", drawn.Path)], ct);
        var target = table[settings.Target];
        return new(model, signature, fields, table, [.. Enumerable.Range(0, table.Rows).Select(row => LabelValue.Of(target.Text(row)))], drawn.WithLabel);
    }

    private static Task<VersionImportance> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = VersionImportanceId.From(operation.SubjectId);
        return db.VersionImportances.Include(i => i.Version.Model).SingleAsync(i => i.Id == id, ct);
    }
}
