namespace ModelHub.Domain.Batches;

/// <summary>A way to write a table down.</summary>
public enum BatchFormat
{
    Csv,
    Parquet,
    Jsonl,
}

public static class BatchFormats
{
    public const string Extensions = ".csv, .parquet, .jsonl, .ndjson";

    /// <returns>Null for a file of another kind.</returns>
    public static BatchFormat? OfFile(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => BatchFormat.Csv,
        ".PARQUET" => BatchFormat.Parquet,
        ".JSONL" or ".NDJSON" => BatchFormat.Jsonl,
        _ => null,
    };

    public static string Extension(this BatchFormat format) => format switch
    {
        BatchFormat.Csv => ".csv",
        BatchFormat.Parquet => ".parquet",
        _ => ".jsonl",
    };
}
