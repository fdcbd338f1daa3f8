using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// Makes the files one relation named data. CSV and JSON lines are loaded, since each statement would parse them again;
/// Parquet stays where it is, its columns are cheap to read twice.
/// </summary>
internal static class LoadTable
{
    public static void Run(DuckDbSession session, string format, string[] paths)
    {
        var list = $"[{string.Join(", ", paths.Select(DuckDbSession.Quote))}]";
        session.Execute(format switch
        {
            "csv" => $"CREATE TABLE data AS FROM read_csv({list}, header = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, sample_size = -1, strict_mode = true, max_line_size = 16000000)",
            "json" => $"CREATE TABLE data AS FROM read_json({list}, format = 'newline_delimited', maximum_object_size = 16000000)",
            _ => $"CREATE VIEW data AS FROM read_parquet({list})",
        });
    }
}
