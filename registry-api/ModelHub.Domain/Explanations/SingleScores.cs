using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Explanations;

/// <summary>Models with one sigmoid tell one number a row: the probability of 1 or true.</summary>
public static class SingleScores
{
    /// <returns>The same predictions, as classes with probabilities where labels are 0 and 1 (or false and true) and each number lies between.</returns>
    public static IReadOnlyList<Predicted> AsClasses(IReadOnlyList<Predicted> predicted, IReadOnlyList<string> labels)
    {
        if (predicted.Any(p => p.Probabilities is not null || LabelValue.Number(p.Value) is not (>= 0 and <= 1)) || predicted.All(p => p.Value is "0" or "1"))
            return predicted;
        string[] classes = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classes is not (["0", "1"] or ["false", "true"]))
            return predicted;
        return [.. predicted.Select(p => LabelValue.Number(p.Value)!.Value).Select(share =>
            new Predicted(share > 0.5 ? classes[1] : classes[0], [KeyValuePair.Create(classes[0], 1 - share), KeyValuePair.Create(classes[1], share)]))];
    }
}
