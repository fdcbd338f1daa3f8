using System.Text.Json;
using ModelHub.Onnx.Validation;

namespace ModelHub.Onnx.Variants;

/// <summary>Compares two variants of a model in a child process, as <see cref="ValidationProcess"/> validates one.</summary>
public sealed class ComparisonProcess(ValidationCommand command)
{
    private readonly ModelChild child = new(command);

    /// <param name="known">how the columns of the model's data lie, as far as that is known</param>
    /// <param name="spreads">a file that may be written, to hand them over</param>
    public async Task<VariantReport> RunAsync(
        string path, string variant, ValidationLimits limits, IReadOnlyDictionary<string, ColumnSpread> known, string spreads, CancellationToken ct)
    {
        await File.WriteAllBytesAsync(spreads, JsonSerializer.SerializeToUtf8Bytes(known.ToDictionary(), VariantJson.Default.DictionaryStringColumnSpread), ct);
        string[] arguments = [CompareVerb.Name, Path.GetFullPath(path), Path.GetFullPath(variant), .. VerbArguments.Of(limits), CompareVerb.Spreads, Path.GetFullPath(spreads)];
        var end = await child.RunAsync(arguments, limits.MemoryBytes, limits.Whole(2), ct);
        try
        {
            return end.Killed is not null ? VariantReport.Refused(end.Killed) : VariantReport.FromJson(end.Output);
        }
        catch (JsonException)
        {
            return VariantReport.Refused(end.Reason);
        }
    }
}
