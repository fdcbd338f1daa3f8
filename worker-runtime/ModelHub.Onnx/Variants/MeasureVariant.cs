using System.Diagnostics;
using ModelHub.Onnx.Validation;

namespace ModelHub.Onnx.Variants;

/// <summary>Compares the answers and the run times of two variants of a model in this process.</summary>
public static class MeasureVariant
{
    private const int Rows = 64;
    private const int Runs = 201;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    public static VariantReport Of(string path, string other, ValidationLimits limits, IReadOnlyDictionary<string, ColumnSpread>? known)
    {
        if (!OnnxModel.Open(path, limits.File).Succeeded(out var original, out var refusal))
            return VariantReport.Refused(refusal.Reason);
        using var one = original;
        if (!OnnxModel.Open(other, limits.File).Succeeded(out var variant, out refusal))
            return VariantReport.Refused(refusal.Reason);
        using var two = variant;
        try
        {
            var comparison = CompareModels.Of(original, variant, Rows, limits.RunTime, known);
            if (comparison.Rows == 0)
                return VariantReport.Refused("The model runs on no made-up row, so nothing can be compared.");
            var (before, after) = Times(original, variant, limits.RunTime);
            return new VariantReport(null, comparison, before, after);
        }
        catch (OnnxException e)
        {
            return VariantReport.Refused(e.Fault == OnnxFault.Terminated ? $"A run on one row did not end within {limits.RunTime.TotalSeconds:0.#} seconds." : e.Message);
        }
    }

    // In turns, so that both meet the machine in the same mood.
    private static (double Before, double After) Times(OnnxModel original, OnnxModel variant, TimeSpan limit)
    {
        List<double> before = [], after = [];
        var started = Stopwatch.GetTimestamp();
        for (var run = 0; run < Runs && Stopwatch.GetElapsedTime(started) < Enough; run++)
        {
            before.Add(CompareModels.Time(original, seed: 1, limit).TotalMicroseconds);
            after.Add(CompareModels.Time(variant, seed: 1, limit).TotalMicroseconds);
        }
        return (Median(before), Median(after));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
