using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>
/// The files of one data version are one table: a file that lacks a column, or has one more, or has it in another type, is
/// refused by its name and the column's. The engine would take what the first file has and drop the rest.
/// </summary>
internal static class SameColumns
{
    public static void Check(DuckDbSession session, string format, IReadOnlyList<(string Name, string Path)> files)
    {
        if (format == "csv" || files.Count == 1) return;
        var first = ColumnsOf(session, format, files[0].Path);
        foreach (var (name, path) in files.Skip(1))
            if (Difference(first, ColumnsOf(session, format, path), files[0].Name) is { } difference)
                throw new BadInputException($"{name}: {difference}");
    }

    /// <summary>Of CSV, whose columns have no types of their own, the headers must be the same.</summary>
    public static void CheckHeader(string file, string[] header, string firstFile, string[] firstHeader)
    {
        var at = Enumerable.Range(0, Math.Max(header.Length, firstHeader.Length)).FirstOrDefault(i => header.ElementAtOrDefault(i) != firstHeader.ElementAtOrDefault(i), -1);
        if (at < 0) return;
        var (here, there) = (header.ElementAtOrDefault(at), firstHeader.ElementAtOrDefault(at));
        throw new BadInputException($"{file}: column {at + 1} is {(here is null ? "missing" : $"\"{here}\"")}, in {firstFile} it is {(there is null ? "missing" : $"\"{there}\"")}.");
    }

    private static Dictionary<string, string> ColumnsOf(DuckDbSession session, string format, string path)
    {
        var source = format == "json" ? LoadTable.Json(DuckDbSession.Quote(path)) : $"read_parquet({DuckDbSession.Quote(path)})";
        return session.Rows($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})")
            .ToDictionary(row => row[0]!, row => format == "json" ? Family(row[1]!) : row[1]!, StringComparer.OrdinalIgnoreCase);
    }

    private static string? Difference(Dictionary<string, string> first, Dictionary<string, string> other, string firstFile)
    {
        if (first.Keys.FirstOrDefault(column => !other.ContainsKey(column)) is { } missing) return $"column \"{missing}\" of {firstFile} is missing.";
        if (other.Keys.FirstOrDefault(column => !first.ContainsKey(column)) is { } extra) return $"column \"{extra}\" is not in {firstFile}.";
        return first.Keys.FirstOrDefault(column => !Agree(first[column], other[column])) is { } changed
            ? $"column \"{changed}\" is {other[changed]}, in {firstFile} it is {first[changed]}." : null;
    }

    // A file in which a field is null throughout says nothing about its type.
    private static bool Agree(string one, string other) => one == other || one == Unknown || other == Unknown;

    private const string Unknown = "JSON";

    // What a file of numbers is read as depends on whether one of them has a fraction.
    private static string Family(string type) => type is "BIGINT" or "UBIGINT" or "HUGEINT" or "DOUBLE" ? "a number" : type;
}
