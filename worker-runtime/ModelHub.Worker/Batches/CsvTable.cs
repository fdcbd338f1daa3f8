using ModelHub.Worker.Data;

namespace ModelHub.Worker.Batches;

/// <summary>Rows of CSV files of the same columns.</summary>
internal sealed class CsvTable(IReadOnlyList<(string Name, string Path)> files, IReadOnlyList<string> wanted) : IRows
{
    private int opened;
    private int[] at = [];
    private CsvRows? rows;

    public string? this[int column] => rows!.Fields[at[column]];

    /// <summary>Every file has all of them, or it is refused when it is opened.</summary>
    public IReadOnlyList<string> Unseen => [];

    public bool Read()
    {
        while (rows is null || !rows.Read())
        {
            if (opened == files.Count) return false;
            Open(files[opened++]);
        }
        return true;
    }

    public void Dispose() => rows?.Dispose();

    private void Open((string Name, string Path) file)
    {
        rows?.Dispose();
        rows = CsvRows.Open(file.Name, File.OpenRead(file.Path));
        if (wanted.Except(rows.Header).ToList() is { Count: > 0 } lacking) throw ReadInput.Lacking(file.Name, lacking);
        at = [.. wanted.Select(name => Array.IndexOf(rows.Header, name))];
    }
}
