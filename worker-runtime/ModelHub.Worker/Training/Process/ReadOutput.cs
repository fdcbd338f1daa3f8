using System.Text.Json;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Process;

internal static class ReadOutput
{
    private const long MetricsBytes = 1 << 20;

    /// <exception cref="BadInputException">The command left no model, or metrics that are none.</exception>
    public static TrainingOutput From(string folder)
    {
        var models = Directory.GetFiles(folder, "model.*").Where(IsOwnFile).ToArray();
        var onnx = models.FirstOrDefault(m => Path.GetFileName(m) == "model.onnx");
        var model = onnx ?? (models is [var one] ? one : throw new BadInputException(
            models.Length == 0 ? "The command left no model.onnx or model.* in its output folder." : "The command left several files model.*, none of them model.onnx."));
        var predictions = Path.Combine(folder, "predictions.csv");
        return new(model, Format(model), Metrics(Path.Combine(folder, "metrics.json")), new Dictionary<string, string>(), IsOwnFile(predictions) ? predictions : null);
    }

    /// <summary>A link could name any file of this machine.</summary>
    private static bool IsOwnFile(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null };

    private static string Format(string model)
    {
        var format = Path.GetExtension(model)[1..].ToLowerInvariant();
        return format.Length is > 0 and <= 40 && format.All(char.IsAsciiLetterOrDigit)
            ? format
            : throw new BadInputException($"The ending of {Path.GetFileName(model)} is no name of a format.");
    }

    private static Dictionary<string, double> Metrics(string path)
    {
        if (!IsOwnFile(path)) throw new BadInputException("The command left no metrics.json in its output folder.");
        if (new FileInfo(path).Length > MetricsBytes) throw new BadInputException($"metrics.json is larger than {MetricsBytes} bytes, the limit.");
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllBytes(path)) ?? throw new BadInputException("metrics.json is null.");
        }
        catch (JsonException e)
        {
            throw new BadInputException("metrics.json is not an object of names and numbers.", e);
        }
    }
}
