using System.Globalization;
using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Data;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Training.Evaluating;

/// <summary>The rows of a data version in the order of time, cut in two: what comes last is held out.</summary>
/// <param name="Train">A CSV file of the rows before.</param>
/// <param name="HeldOut">A CSV file of the last rows.</param>
internal sealed record HeldOutRows(string Train, string HeldOut, int TrainedRows, int Rows, string? TimeColumn, string? From, string? Until)
{
    private const int Fewest = 20;

    /// <param name="prefix">Of the names of the files that it writes.</param>
    /// <exception cref="BadInputException">A file is no CSV, a time is missing, or there are too few rows.</exception>
    public static HeldOutRows Cut(IReadOnlyList<(string Name, string Path)> files, EvaluationRule rule, ScratchFolder scratch, CancellationToken ct, string prefix = "")
    {
        if (files.FirstOrDefault(f => !f.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) is { Name: { } other })
            throw new BadInputException($"{other}: an evaluation reads .csv files only.");
        var table = Table.Read(files, ct);
        if (table.Rows < 2 * Fewest) throw new BadInputException($"The data has {table.Rows} rows; an evaluation needs at least {2 * Fewest}.");
        var order = Order(table, rule.TimeColumn);
        var held = Math.Max(Fewest, (int)Math.Round(table.Rows * rule.HeldOut));
        var (train, heldOut) = (scratch.File(prefix + "train.csv"), scratch.File(prefix + "held-out.csv"));
        Write(train, table, order.AsSpan(0, order.Length - held));
        Write(heldOut, table, order.AsSpan(order.Length - held));
        string? At(int row) => rule.TimeColumn is { } column ? table[column].Text(row) : null;
        return new(train, heldOut, order.Length - held, held, rule.TimeColumn, At(order[^held]), At(order[^1]));
    }

    /// <summary>Rows of one time keep the order they have.</summary>
    private static int[] Order(Table table, string? timeColumn)
    {
        var rows = Enumerable.Range(0, table.Rows);
        if (timeColumn is null) return [.. rows];
        var column = table[timeColumn];
        return [.. rows.OrderBy(row => column.IsNumeric ? Number(column, row) : Time(column, row))];
    }

    private static double Number(Column column, int row) =>
        double.TryParse(column.Text(row), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Missing(column, row);

    private static double Time(Column column, int row) =>
        DateTimeOffset.TryParse(column.Text(row), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcTicks : throw Missing(column, row);

    private static BadInputException Missing(Column column, int row) =>
        new($"evaluation.timeColumn: \"{column.Name}\" is no time in data row {row + 1}: it needs a time such as 2026-03-01T12:00:00Z, or a number, in every row.");

    private static void Write(string path, Table table, ReadOnlySpan<int> rows)
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', table.Columns.Select(c => CsvText.Quoted(c.Name))));
        foreach (var row in rows) writer.WriteLine(string.Join(',', table.Columns.Select(c => CsvText.Quoted(c.Text(row)))));
    }
}
