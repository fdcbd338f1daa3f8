namespace ModelHub.Inference.Predict;

/// <summary>The values a field had in the data a model was made from.</summary>
/// <param name="Min">null when it had no numbers</param>
/// <param name="Numbers">some of them</param>
/// <param name="Texts">the most frequent first</param>
/// <param name="AreAll">it had no other texts</param>
public sealed record SeenValues(string Name, double? Min, double? Max, double[] Numbers, string[] Texts, bool AreAll)
{
    /// <summary>Its values in some rows of the data, the same rows for each field; null where a row has none. Empty when no rows are known.</summary>
    public string?[] Sample { get; init; } = [];
}
