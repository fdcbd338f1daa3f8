using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Onnx.Quantization;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Models;

/// <param name="Metrics">What it weighs, how long it takes and how far its answers are from the original's.</param>
internal sealed record MadeVariant(string Digest, long Size, IReadOnlyList<Metric> Metrics);

/// <summary>Makes the 8-bit variant of a stored model, measures it beside the original and stores it.</summary>
internal sealed class MakeVariant(ArtifactCache cache, ArtifactsAtApi artifacts, ComparisonProcess comparison, WorkerOptions options)
{
    /// <exception cref="BadInputException">There is nothing to quantise, or what came of it cannot be compared.</exception>
    public async Task<MadeVariant> QuantizeAsync(string digest, IEnumerable<Profile> profiles, IProgressLog log, CancellationToken ct)
    {
        var path = await cache.GetAsync(digest, ct);
        using var scratch = ScratchFolder.Create(options);
        var to = scratch.File("quantized.onnx");
        if (!(await Task.Run(() => QuantizeModel.Write(path, to), ct)).Succeeded(out var made, out var refusal)) throw new BadInputException(refusal.Reason);
        log.Progress(0.4, FormattableString.Invariant($"{made.Matrices} matrices quantised: {made.Bytes} bytes instead of {made.BytesBefore}"));
        var report = await comparison.RunAsync(path, to, ValidationLimits.Default, Spreads(profiles), scratch.File("spreads.json"), ct);
        if (report.Comparison is not { } compared) throw new BadInputException(report.Reason ?? "The variant cannot be compared.");
        if (!double.IsFinite(compared.MaxDifference)) throw new BadInputException("The quantised model answers something else than a number where the original answers one.");
        log.Progress(0.8, FormattableString.Invariant($"on {compared.Rows} rows answers differ by {compared.MaxDifference:G3} at most; {report.RowMicros:F1} us per row instead of {report.RowMicrosBefore:F1}"));
        var (stored, size) = await artifacts.StoreAsync(to, ct);
        return new(stored.Value, size, Metrics(made, report, compared));
    }

    private static List<Metric> Metrics(QuantizedModel made, VariantReport report, Comparison compared)
    {
        List<Metric> metrics =
        [
            new("variant.bytes", made.Bytes), new("variant.bytes.original", made.BytesBefore),
            new("variant.row-microseconds", report.RowMicros), new("variant.row-microseconds.original", report.RowMicrosBefore),
            new("variant.rows", compared.Rows), new("variant.difference.max", compared.MaxDifference), new("variant.difference.mean", compared.MeanDifference),
        ];
        if (compared.MeanSize > 0) metrics.Add(new("variant.difference.relative", compared.MeanDifference / compared.MeanSize));
        if (compared.Labels > 0) metrics.Add(new("variant.labels-changed", (double)compared.LabelChanges / compared.Labels));
        return metrics;
    }

    /// <summary>Rows are made up as the columns of the training data lie, where a data version was profiled.</summary>
    private static Dictionary<string, ColumnSpread> Spreads(IEnumerable<Profile> profiles)
    {
        var spreads = new Dictionary<string, ColumnSpread>(StringComparer.Ordinal);
        foreach (var column in profiles.SelectMany(p => p.Columns))
            if (column is { Mean: { } mean, Std: { } deviation } && Number(column.Min) is { } min && Number(column.Max) is { } max && min <= max)
                spreads[column.Name] = new ColumnSpread(mean, deviation, min, max);
        return spreads;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
