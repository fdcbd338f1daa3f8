namespace ModelHub.Domain.Models;

/// <summary>What an artifact is decides which runtime of a node takes it. Any other format can be kept, not served.</summary>
public static class ModelFormats
{
    public const string Onnx = "onnx";
    public const string Process = "process";
    public const string External = "external";

    /// <returns>The runtime as nodes name it; null for a format that is only kept.</returns>
    public static string? RuntimeOf(string format) => format switch
    {
        Onnx => "onnx",
        "sklearn" or "xgboost" or "torchscript" => "python",
        Process => "process",
        External => "external",
        _ => null,
    };

    /// <summary>Serving it runs a program that came with it, or with the framework it was made by: somebody has to answer for that.</summary>
    public static bool RunsCode(string format) => RuntimeOf(format) is "python" or "process";
}
