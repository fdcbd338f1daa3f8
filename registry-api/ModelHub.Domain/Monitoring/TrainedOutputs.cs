using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;

namespace ModelHub.Domain.Monitoring;

/// <summary>What the trainer's own model answered to rows that it had not learned from.</summary>
/// <param name="Classes">In the order of the probabilities; empty for numbers.</param>
/// <param name="Labels">The class that each row was taken for; empty for numbers.</param>
/// <param name="Scores">The chance of the last class, or the number.</param>
public sealed record TrainedAnswers(IReadOnlyList<string> Classes, IReadOnlyList<string> Labels, IReadOnlyList<double> Scores);

/// <summary>How the outputs of a version would be counted had the rows come as traffic: so that traffic can be held against them.</summary>
public static class TrainedOutputs
{
    /// <returns>Those outputs that the answers tell; of two chances the second is what routers count.</returns>
    public static IReadOnlyList<OutputCounts> Of(Signature signature, TrainedAnswers answers) =>
        [.. signature.Outputs.Select(output => (output.Name, Counts: Of(output, answers))).Where(o => o.Counts is not null).Select(o => new OutputCounts(o.Name, o.Counts!))];

    private static Distribution? Of(TensorSpec output, TrainedAnswers answers)
    {
        var width = output.Shape.Skip(1).Aggregate(1L, (a, b) => a * Math.Max(0, Math.Min(b, 1_000)));
        if (answers.Classes.Count == 0)
            return width == 1 && output.Datatype.StartsWith("FP", StringComparison.Ordinal) ? Distribution.OfNumbers(answers.Scores) : null;
        if (width == 2 && answers.Classes.Count == 2)
            return Distribution.OfNumbers(answers.Scores);
        return width != 1 ? null
            : output.Datatype == "BYTES" ? Distribution.OfClasses(answers.Labels)
            : output.Datatype.StartsWith("INT", StringComparison.Ordinal) ? Distribution.OfNumbers([.. answers.Labels.Select(label => Number(label, answers.Classes))]) : null;
    }

    /// <summary>Classes that are whole numbers are told as they are, others by their place.</summary>
    private static double Number(string label, IReadOnlyList<string> classes) =>
        classes.All(c => long.TryParse(c, out _)) ? long.Parse(label, System.Globalization.CultureInfo.InvariantCulture) : classes.ToList().IndexOf(label);
}
