using System.Text.Json;
using ModelHub.Onnx.Validation;

namespace ModelHub.Onnx.Variants;

/// <summary>
/// <c>compare FILE VARIANT [--memory BYTES] [--load-seconds N] [--run-seconds N] [--spreads FILE]</c>: prints a
/// <see cref="VariantReport"/> as JSON. Exit code 0 when they were compared, 2 when they cannot be, 64 for wrong usage.
/// </summary>
public static class CompareVerb
{
    public const string Name = "compare";
    internal const string Spreads = "--spreads";

    public static int Run(ReadOnlySpan<string> arguments, TextWriter output)
    {
        if (VerbArguments.Parse(arguments, 2, Spreads) is not { Files: [var file, var variant], Limits: var limits } given)
        {
            Console.Error.WriteLine($"usage: {Name} FILE VARIANT {VerbArguments.LimitUsage} [{Spreads} FILE]");
            return 64;
        }
        Confinement.Begin(limits.MemoryBytes, limits.Whole(2));
        var known = given.Settings.TryGetValue(Spreads, out var path)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(path), VariantJson.Default.DictionaryStringColumnSpread)
            : null;
        var report = MeasureVariant.Of(file, variant, limits, known);
        output.WriteLine(report.ToJson());
        output.Flush();
        return report.Reason is null ? 0 : 2;
    }
}
