namespace ModelHub.Onnx.Variants;

/// <summary>How far two variants of a model are apart on the same rows.</summary>
/// <param name="Rows">on which the original ran; made-up rows may be nonsense to it</param>
/// <param name="Values">numbers of floating point that were compared</param>
/// <param name="MaxDifference">largest absolute difference of two of them; infinite where one is not a number and the other is</param>
/// <param name="MeanSize">mean absolute value of the original's numbers, against which a difference is large or small</param>
/// <param name="Labels">whole numbers and strings that were compared: classes, mostly</param>
/// <param name="LabelChanges">those that came out otherwise</param>
/// <param name="Agree">every label is the same and every number within 1e-5 + 1e-4 of its size</param>
public sealed record Comparison(int Rows, long Values, double MaxDifference, double MeanDifference, double MeanSize, long Labels, long LabelChanges, bool Agree);
