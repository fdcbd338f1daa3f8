namespace ModelHub.Onnx.Variants;

/// <summary>What came of optimising a graph.</summary>
/// <param name="Reason">why nothing is kept; null when it is</param>
/// <param name="NodesBefore">of the model as registered, ZipMap included</param>
/// <param name="LoadMsBefore">one load in this process, measured like <paramref name="LoadMs"/></param>
public sealed record Optimisation(string? Reason, long Bytes, int NodesBefore, int Nodes, double LoadMsBefore, double LoadMs)
{
    public static Optimisation Without(string reason) => new(reason, 0, 0, 0, 0, 0);
}
