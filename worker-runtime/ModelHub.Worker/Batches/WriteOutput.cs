using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Batches;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Batches;

/// <summary>Puts the stored outputs of all shards together, in the order of the input.</summary>
internal sealed class WriteOutput(IDbContextFactory<ModelHubDb> databases, WorkerOptions options)
{
    private const int AtATime = 20;

    /// <returns>The path of one file in the format of the run.</returns>
    public async Task<string> RunAsync(BatchRun run, ScratchFolder scratch, CancellationToken ct)
    {
        var lines = scratch.File("predictions.jsonl");
        await using (var file = File.Create(lines))
            await foreach (var rows in ReadAsync(run.Id, ct)) await file.WriteAsync(rows, ct);
        if (run.Format == BatchFormat.Jsonl) return lines;
        var path = scratch.File("predictions" + run.Format.Extension());
        await Task.Run(() => Convert(run, lines, path, scratch, ct), ct);
        return path;
    }

    private async IAsyncEnumerable<byte[]> ReadAsync(BatchRunId run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        for (var next = 0; ;)
        {
            var shards = await Outage.RideOutAsync(() => db.BatchShards.AsNoTracking().Where(s => s.BatchRunId == run && s.Number >= next).OrderBy(s => s.Number).Take(AtATime)
                .Select(s => new { s.Number, s.Output, s.Digest }).ToListAsync(ct), ct);
            foreach (var shard in shards) yield return ShardText.Read(shard.Output!, shard.Digest!);
            if (shards.Count < AtATime) yield break;
            next = shards[^1].Number + 1;
        }
    }

    private void Convert(BatchRun run, string lines, string path, ScratchFolder scratch, CancellationToken ct)
    {
        if (run.Format == BatchFormat.Csv) ToCsv(run.Columns.All, lines, path, ct);
        else ToParquet(run.Columns.All, lines, path, scratch, ct);
    }

    private static void ToCsv(IReadOnlyList<BatchColumn> columns, string lines, string path, CancellationToken ct)
    {
        using var to = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        to.WriteLine(string.Join(',', columns.Select(c => CsvText.Quoted(c.Name))));
        foreach (var line in File.ReadLines(lines))
        {
            ct.ThrowIfCancellationRequested();
            using var row = JsonDocument.Parse(line);
            to.WriteLine(string.Join(',', row.RootElement.EnumerateObject().Select(p => CsvText.Quoted(p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.ValueKind == JsonValueKind.Null ? "" : p.Value.GetRawText()))));
        }
    }

    /// <summary>With one thread, so that the same rows are the same bytes.</summary>
    private void ToParquet(IReadOnlyList<BatchColumn> columns, string lines, string path, ScratchFolder scratch, CancellationToken ct)
    {
        DuckDbLibrary.Use(options.DuckDb);
        using var session = new DuckDbSession([lines, path], scratch.Path, threads: 1);
        using var stop = ct.Register(session.Interrupt);
        var types = string.Join(", ", columns.Select(c => $"{DuckDbSession.Quote(c.Name)}: {DuckDbSession.Quote(TypeOf(c.Datatype))}"));
        session.Execute($"COPY (SELECT * FROM read_json({DuckDbSession.Quote(lines)}, format = 'newline_delimited', columns = {{{types}}}, maximum_object_size = 16000000)) TO {DuckDbSession.Quote(path)} (FORMAT parquet)");
    }

    private static string TypeOf(string datatype) => datatype switch
    {
        "BOOL" => "BOOLEAN",
        "INT8" => "TINYINT",
        "INT16" => "SMALLINT",
        "INT32" => "INTEGER",
        "INT64" => "BIGINT",
        "UINT8" => "UTINYINT",
        "UINT16" => "USMALLINT",
        "UINT32" => "UINTEGER",
        "UINT64" => "UBIGINT",
        "FP16" or "FP32" => "FLOAT",
        "FP64" => "DOUBLE",
        _ => "VARCHAR",
    };
}
