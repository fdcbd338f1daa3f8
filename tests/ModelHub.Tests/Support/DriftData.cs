using System.Globalization;
using System.Text.Json;
using Xunit;

namespace ModelHub.Tests.Support;

/// <summary>A table of real data from beside the checkout, as texts.</summary>
internal sealed record DriftTable(IReadOnlyList<string> Header, IReadOnlyList<string[]> Rows)
{
    public static DriftTable Read(string path)
    {
        var lines = File.ReadAllLines(path);
        return new(lines[0].Split(','), [.. lines.Skip(1).Select(line => line.Split(','))]);
    }

    public IReadOnlyList<string> Texts(string column)
    {
        var at = Header.ToList().IndexOf(column);
        return [.. Rows.Select(row => row[at])];
    }

    /// <summary>Without what is missing.</summary>
    public IReadOnlyList<double> Numbers(string column) =>
        [.. Texts(column).Where(text => text.Length > 0).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
}

/// <param name="Columns">What is expected of each, by name.</param>
internal sealed record DriftWindow(string File, DriftTable Rows, IReadOnlyDictionary<string, JsonElement> Columns)
{
    public bool IsControl => File.Contains("control", StringComparison.Ordinal);
}

/// <summary>A set of real data with windows that drift and one that does not, and what others have computed of them.</summary>
internal sealed record DriftData(IReadOnlyList<string> Features, string ReferencePath, DriftTable Reference, IReadOnlyList<DriftWindow> Windows)
{
    public static DriftData Read(string name)
    {
        var folder = Find(Path.Combine("shared", "data", "drift", name));
        Assert.SkipUnless(folder is not null, "The folder ../shared/data/drift is not on this machine.");
        var root = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement;
        return new(
            [.. root.GetProperty("features").EnumerateArray().Select(feature => feature.GetString()!)],
            Path.Combine(folder, "reference.csv"),
            DriftTable.Read(Path.Combine(folder, "reference.csv")),
            [.. root.GetProperty("windows").EnumerateArray().Select(window => Window(folder, window))]);
    }

    private static DriftWindow Window(string folder, JsonElement window)
    {
        var file = window.GetProperty("file").GetString()!;
        return new(file, DriftTable.Read(Path.Combine(folder, file)), window.GetProperty("columns").EnumerateObject().ToDictionary(c => c.Name, c => c.Value));
    }

    private static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, folder)))
                return Path.Combine(at.FullName, folder);
        return null;
    }
}
