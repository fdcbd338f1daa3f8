using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data;

namespace ModelHub.Worker.Training.Retraining;

/// <param name="Missing">Why there is no data; null when there is.</param>
internal sealed record FrozenLedger(DataFile? File, string? Missing, int Rows = 0);

/// <summary>
/// Writes labelled predictions as a CSV file, in the order of time: what was asked, column by column, and the label that is known now as
/// the target. The same part of the ledger gives the same bytes; which part it was stands as the file's source.
/// </summary>
internal sealed class FreezeLedger(IDbContextFactory<ModelHubDb> databases, ArtifactsAtApi artifacts, WorkerOptions options)
{
    private const string FileName = "ledger.csv";

    /// <param name="pipeline">With its model.</param>
    public async Task<FrozenLedger> OfAsync(Pipeline pipeline, LedgerRule rule, DateTimeOffset now, CancellationToken ct)
    {
        if (TargetOf(pipeline) is not { } target) return new(null, "neither evaluation.target nor the definition names the target");
        await using var db = await databases.CreateDbContextAsync(ct);
        var endpoint = await db.Endpoints.AsNoTracking().Where(e => e.ModelId == pipeline.ModelId && e.Environment.Name == rule.Environment).Select(e => new { e.Id }).SingleOrDefaultAsync(ct);
        if (endpoint is null) return new(null, $"the model was never served in {rule.Environment}");
        var table = new Rows(target, pipeline.Triggers?.Evaluation?.TimeColumn);
        await foreach (var row in ReadLedger.RunAsync(db, new LedgerPart(endpoint.Id, null, now - rule.Window, now, now, OnlyLabelled: true), ct))
        {
            if (row is { Inputs: { ValueKind: JsonValueKind.Object } inputs, Label: { } label }) table.Add(inputs, label.Value, row.At);
            if (table.Count > LedgerRule.MostRows) return new(null, $"the ledger has more than {LedgerRule.MostRows} labelled rows within {Durations.Write(rule.Window)}; a shorter window has fewer");
        }
        if (table.Count < rule.MinimumRows) return new(null, $"the ledger of {rule.Environment} has fewer than {rule.MinimumRows} labelled rows within {Durations.Write(rule.Window)}");
        using var scratch = ScratchFolder.Create(options);
        var path = scratch.File(FileName);
        table.Write(path);
        var (digest, size) = await artifacts.StoreAsync(path, ct);
        return new(new DataFile(FileName, digest.Value, size, SourceOf(pipeline.Model.Name, rule, now)), null, table.Count);
    }

    private static string SourceOf(string model, LedgerRule rule, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"ledger:{model}/{rule.Environment}#{(now - rule.Window).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

    private static string? TargetOf(Pipeline pipeline)
    {
        if (pipeline.Triggers?.Evaluation?.Target is { } named) return named;
        using var definition = JsonDocument.Parse(pipeline.Definition);
        return definition.RootElement.TryGetProperty("target", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>Columns are those that any row has, in the order in which they appear; what a row lacks is empty.</summary>
    private sealed class Rows(string target, string? timeColumn)
    {
        private readonly Dictionary<string, int> columns = new(StringComparer.Ordinal);
        private readonly List<(string?[] Values, string Label, DateTimeOffset At)> rows = [];

        public int Count => rows.Count;

        public void Add(JsonElement inputs, string label, DateTimeOffset at)
        {
            var given = inputs.EnumerateObject().Where(p => p.Name != target && p.Name != timeColumn).ToList();
            foreach (var field in given) columns.TryAdd(field.Name, columns.Count);
            var values = new string?[columns.Count];
            foreach (var field in given) values[columns[field.Name]] = Text(field.Value);
            rows.Add((values, label, at));
        }

        public void Write(string path)
        {
            using var writer = new StreamWriter(path) { NewLine = "\n" };
            string[] more = timeColumn is null ? [target] : [timeColumn, target];
            writer.WriteLine(string.Join(',', columns.Keys.Concat(more).Select(CsvText.Quoted)));
            foreach (var (values, label, at) in rows)
            {
                var texts = Enumerable.Range(0, columns.Count).Select(i => i < values.Length ? values[i] ?? "" : "");
                string[] last = timeColumn is null ? [label] : [at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), label];
                writer.WriteLine(string.Join(',', texts.Concat(last).Select(CsvText.Quoted)));
            }
        }

        private static string? Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => value.GetRawText(),
        };
    }
}
