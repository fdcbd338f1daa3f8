using System.Text.Json;
using ModelHub.Onnx.Variants;

namespace ModelHub.Onnx.Validation;

/// <summary>
/// Validates a model in a child process that is killed at its time or memory limit, whatever the model does to it.
/// </summary>
public sealed class ValidationProcess(ValidationCommand command)
{
    private readonly ModelChild child = new(command);

    /// <param name="optimiseTo">where the optimised graph of a good model goes; null for none</param>
    /// <returns>a report in any case: a child that was killed or died before it reported is a refused model</returns>
    public async Task<ValidationReport> RunAsync(string path, ValidationLimits limits, CancellationToken ct, string? optimiseTo = null)
    {
        string[] arguments =
        [
            ValidateVerb.Name, Path.GetFullPath(path), .. VerbArguments.Of(limits),
            .. optimiseTo is null ? (string[])[] : [ValidateVerb.OptimiseTo, Path.GetFullPath(optimiseTo)],
        ];
        var end = await child.RunAsync(arguments, limits.MemoryBytes, limits.Whole(optimiseTo is null ? 1 : 2), ct);
        // What was to be optimised had been reported by then.
        return end.Killed is not null && optimiseTo is null ? ValidationReport.Refused(end.Killed) : Report(end, optimiseTo is not null);
    }

    private static ValidationReport Report(ChildEnd end, bool optimise)
    {
        try
        {
            // Without its end a line may be half of what was meant.
            var line = Array.IndexOf(end.Output, (byte)'\n');
            var report = ValidationReport.FromJson(end.Output.AsSpan(0, Math.Max(line, 0)));
            return optimise && report.Ok ? report with { Optimisation = Optimised(end.Output.AsSpan(line + 1), end.Reason) } : report;
        }
        catch (JsonException)
        {
            return ValidationReport.Refused(end.Reason);
        }
    }

    private static Optimisation Optimised(ReadOnlySpan<byte> line, string otherwise)
    {
        try
        {
            return ValidationReport.OptimisationFromJson(line);
        }
        catch (JsonException)
        {
            return Optimisation.Without(otherwise);
        }
    }
}
