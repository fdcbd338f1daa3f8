using System.Text.Json;
using ModelHub.Onnx.Files;

namespace ModelHub.Worker.Training.Tabular.Onnx;

/// <summary>
/// Reads the coefficients that the built-in trainer left in a model's metadata, without loading the model. A file of
/// any other make gives null: a warm start needs a parent of one's own kind.
/// </summary>
internal static class ReadCoefficients
{
    public static RawCoefficients? From(string path)
    {
        if (!OnnxFileReader.Read(path, OnnxFileLimits.Default).Succeeded(out var file, out _)) return null;
        if (!file.Metadata.TryGetValue(WriteOnnx.CoefficientsKey, out var json)) return null;
        try
        {
            return JsonSerializer.Deserialize<RawCoefficients>(json, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Another tool used the key for something else: train from zero.
            return null;
        }
    }
}
