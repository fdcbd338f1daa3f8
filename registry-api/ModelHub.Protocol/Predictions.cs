namespace ModelHub.Protocol;

public sealed record ClassCount(string Class, long Count);

/// <summary>
/// What one variant said, from a bounded sample of its answers: of numbers how many were zero and how many above and below it, by size
/// on <see cref="DifferenceScale"/>; and the classes, where it tells any.
/// </summary>
/// <param name="Output">the main output: the first score, or else the first class</param>
public sealed record Prediction(
    Guid EndpointId, Guid VariantId, Guid VersionId, string Output, long Sampled, long Zeros, Histogram Positive, Histogram Negative, ClassCount[] Classes);

/// <summary>The predictions of one window, of the variants that share an endpoint's traffic. The same window sent twice counts once.</summary>
public sealed record Predictions(Window Window, Prediction[] Items) : UpMessage;
