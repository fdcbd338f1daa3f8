using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// Makes the files one relation. CSV and JSON lines are loaded, since each statement would parse them again;
/// Parquet stays where it is, its columns are cheap to read twice.
/// </summary>
internal static class LoadTable
{
    public static DataTable Run(DuckDbSession session, string format, string[] paths, string name = "data")
    {
        var list = $"[{string.Join(", ", paths.Select(DuckDbSession.Quote))}]";
        session.Execute(format switch
        {
            "csv" => $"CREATE TABLE {name} AS FROM read_csv({list}, header = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, sample_size = -1, strict_mode = true, max_line_size = 16000000)",
            "json" => $"CREATE TABLE {name} AS FROM {Json(list)}",
            _ => $"CREATE VIEW {name} AS FROM read_parquet({list})",
        });
        if (format != "parquet") return new(name, name, "rowid + 1");
        // The rows of several files have no number in common.
        return paths.Length == 1 ? new(name, $"read_parquet({list}, file_row_number = true)", "file_row_number + 1") : new(name, name, "NULL::BIGINT");
    }

    /// <summary>All rows are looked at for columns and types: of a field that comes late nothing would be kept otherwise.</summary>
    public static string Json(string paths) => $"read_json({paths}, format = 'newline_delimited', maximum_object_size = 16000000, sample_size = -1)";
}

/// <param name="Name">The relation.</param>
/// <param name="Numbered">The same rows with what <paramref name="RowNumber"/> needs.</param>
/// <param name="RowNumber">SQL for the number of a row, from 1; NULL where there is none.</param>
internal sealed record DataTable(string Name, string Numbered, string RowNumber);
