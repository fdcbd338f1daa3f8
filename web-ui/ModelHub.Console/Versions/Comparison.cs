using System.Globalization;
using ModelHub.Console.Elements;

namespace ModelHub.Console.Versions;

/// <summary>What several versions of a model state, side by side: a line for each thing that at least one of them states.</summary>
public sealed record Comparison(string Name, IReadOnlyList<ComparedLine> Lines)
{
    public const int Least = 2;
    public const int Most = 5;

    /// <summary>The numbers of a text such as <c>1,3,7</c>: each once, in order; what is no number of a version is passed over.</summary>
    public static IReadOnlyList<int> Numbers(string? text) =>
        [.. (text ?? "").Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Where(number => number > 0).Distinct().Order()];

    public static IEnumerable<Comparison> Of(IReadOnlyList<ComparedVersion> versions)
    {
        yield return new("Version",
        [
            Line("State", versions, v => v.State.ToLowerInvariant()), Line("Aliases", versions, v => string.Join(", ", v.Aliases.Select(alias => alias.Name))),
            Line("Format", versions, v => v.Format), Line("Size", versions, v => Show.Bytes(v.Size)), Line("Commit", versions, v => v.Commit),
        ]);
        yield return new("Metrics", [.. Names(versions, v => v.Metrics.Select(m => m.Name)).Select(name => Figures(name, versions))]);
        yield return new("Parameters",
            [.. Names(versions, v => v.Parameters.Select(p => p.Name)).Select(name => Line(name, versions, v => v.Parameters.FirstOrDefault(p => p.Name == name)?.Value))]);
        yield return new("Signature",
        [
            .. Names(versions, v => Tensors(v, "input").Concat(Tensors(v, "output")).Select(t => t.Name)).Select(name => Line(name, versions, v => Tensors(v, "input").Concat(Tensors(v, "output")).FirstOrDefault(t => t.Name == name).Words)),
        ]);
        yield return new("Data", [.. Names(versions, v => v.DataVersions.Select(d => d.Dataset)).Select(name => Line(name, versions, v => DataOf(v, name)))]);
    }

    private static IEnumerable<string> Names(IReadOnlyList<ComparedVersion> versions, Func<ComparedVersion, IEnumerable<string>> names) => versions.SelectMany(names).Distinct();

    private static ComparedLine Line(string name, IReadOnlyList<ComparedVersion> versions, Func<ComparedVersion, string?> cell) =>
        new(name, [.. versions.Select(version => new ComparedCell(cell(version) is { Length: > 0 } text ? text : "–", null))]);

    /// <summary>Against the first version that states it: 0.81, 0.83 (+0.02).</summary>
    private static ComparedLine Figures(string name, IReadOnlyList<ComparedVersion> versions)
    {
        var values = versions.Select(version => version.Metrics.FirstOrDefault(metric => metric.Name == name)?.Value).ToList();
        var first = values.FirstOrDefault(value => value is not null);
        return new(name, [.. values.Select(value => new ComparedCell(Show.Number(value), value is { } number && first is { } from && number != from ? Signed(number - from) : null))]);
    }

    private static string Signed(double change) => (change > 0 ? "+" : "−") + Show.Number(Math.Abs(change));

    private static string? DataOf(ComparedVersion version, string dataset) =>
        string.Join(", ", version.DataVersions.Where(data => data.Dataset == dataset).Select(data => $"v{data.Number}{(data.RowCount is { } rows ? $", {Show.Count(rows)} rows" : "")}"));

    private static IEnumerable<(string Name, string? Words)> Tensors(ComparedVersion version, string direction) =>
        (direction == "input" ? version.Signature?.Inputs : version.Signature?.Outputs ?? [])?.Select(spec => ($"{direction} {spec.Name}", (string?)Words(spec))) ?? [];

    private static string Words(TensorSpec spec) =>
        $"{spec.Datatype} [{string.Join(", ", spec.Shape.Select(size => size < 0 ? "any" : size.ToString(CultureInfo.InvariantCulture)))}]{(spec.Labels is { Count: > 0 } labels ? $" of {string.Join(", ", labels)}" : "")}";
}

public sealed record ComparedLine(string Name, IReadOnlyList<ComparedCell> Cells)
{
    public bool Differs => Cells.Any(cell => cell.Text != Cells[0].Text);
}

/// <param name="Change">Against the first version, with its sign; null where there is none.</param>
public sealed record ComparedCell(string Text, string? Change);
