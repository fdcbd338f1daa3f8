using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Data;
using ModelHub.Worker.Training.Evaluating;

namespace ModelHub.Worker.Training.Search;

/// <summary>The rows of a trial: the last ones before the held-out rows validate, and of those before them it trains on the share of its rung.</summary>
/// <param name="Train">A CSV file.</param>
/// <param name="Rows">Rows in it.</param>
internal sealed record TrialRows(string Train, int Rows, HeldOutRows Validation)
{
    private const int Fewest = 50;

    public static TrialRows Cut(HeldOutRows heldOut, SearchRule rule, int rung, ScratchFolder scratch, CancellationToken ct)
    {
        var order = new EvaluationRule(heldOut.TimeColumn, rule.Validation);
        var validation = HeldOutRows.Cut([("train.csv", heldOut.Train)], order, scratch, ct, "trial-");
        var rows = Math.Min(validation.TrainedRows, Math.Max(Fewest, (int)Math.Round(validation.TrainedRows * rule.Share(rung))));
        return rows == validation.TrainedRows
            ? new(validation.Train, rows, validation)
            : new(Spread(validation.Train, validation.TrainedRows, rows, scratch.File("rung.csv"), ct), rows, validation);
    }

    /// <summary>Evenly over the whole time. 2 rows of 5: of 0.4, 0.8, 1.2, 1.6, 2.0 the third and the fifth reach a new whole number.</summary>
    private static string Spread(string from, int of, int rows, string to, CancellationToken ct)
    {
        using var reader = CsvRows.Open("train.csv", File.OpenRead(from));
        using var writer = new StreamWriter(to) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', reader.Header.Select(CsvText.Quoted)));
        for (var row = 0L; reader.Read(); row++)
        {
            if (row % 1024 == 0) ct.ThrowIfCancellationRequested();
            if ((row + 1) * rows / of > row * rows / of) writer.WriteLine(string.Join(',', reader.Fields.Select(CsvText.Quoted)));
        }
        return to;
    }
}
