using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>One side of a comparison: the files as they are named and where they lie, and what their profile found.</summary>
internal sealed record ComparedData(IReadOnlyList<(string Name, string Path)> Files, IReadOnlyList<Column> Schema, Profile Profile);

/// <summary>Compares the rows and columns of two versions of a dataset.</summary>
internal static class CompareFiles
{
    /// <exception cref="BadInputException">The key does not tell rows apart.</exception>
    public static DataDiffResult Run(ComparedData from, ComparedData to, IReadOnlyList<string> key, string scratch, Action<double, string?> progress, CancellationToken ct)
    {
        using var session = new DuckDbSession(from.Files.Concat(to.Files).Select(file => file.Path).Distinct(), scratch);
        using var stop = ct.Register(session.Interrupt);
        try
        {
            LoadTable.Run(session, ProfileFiles.Format(from.Files), [.. from.Files.Select(file => file.Path)], "before");
            progress(0.2, null);
            LoadTable.Run(session, ProfileFiles.Format(to.Files), [.. to.Files.Select(file => file.Path)], "after");
            progress(0.4, null);
            var later = ProfiledColumn.Of(session, "after");
            var rows = new CompareRows(session, ProfiledColumn.Of(session, "before"), later);
            var changes = key.Count > 0 ? rows.ByKey(key) : rows.ByHash();
            progress(0.7, "rows compared");
            var columns = CompareColumns.Of(session, from.Profile, to.Profile, later, share => progress(0.7 + 0.3 * share, null), ct);
            return new(SchemaChange.Between(from.Schema, to.Schema), changes, columns);
        }
        catch (DuckDbException)
        {
            ct.ThrowIfCancellationRequested();
            throw;
        }
    }
}
