namespace ModelHub.Cli.Batches;

/// <summary>Where the output goes: into the next version of a dataset, and into a file where one is named.</summary>
/// <param name="Dataset">Null: the one that is named after the model.</param>
/// <param name="File">Null: none.</param>
/// <param name="Format">As the API names it; null: CSV.</param>
internal sealed record BatchTarget(string? Dataset, string? File, string? Format)
{
    private static readonly Dictionary<string, string> formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = "CSV",
        [".parquet"] = "PARQUET",
        [".jsonl"] = "JSONL",
        [".ndjson"] = "JSONL",
    };

    /// <summary>What ends as a table does, or leads into a folder, is a file.</summary>
    public static BatchTarget Of(string output, string? format)
    {
        var told = format?.ToUpperInvariant();
        var ending = Path.GetExtension(output);
        if (!formats.ContainsKey(ending) && !output.Contains(Path.DirectorySeparatorChar))
            return new BatchTarget(output, null, told);
        return new BatchTarget(null, output, told ?? formats.GetValueOrDefault(ending));
    }
}
