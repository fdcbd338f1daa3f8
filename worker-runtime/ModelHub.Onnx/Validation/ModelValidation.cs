using System.Diagnostics;

namespace ModelHub.Onnx.Validation;

public static class ModelValidation
{
    /// <summary>
    /// Reads, loads and runs the model in this process, which a hostile one may end: call it for models of unknown
    /// origin through <see cref="ValidationProcess"/>.
    /// </summary>
    public static ValidationReport Validate(string path, ValidationLimits limits)
    {
        if (!File.Exists(path))
            return ValidationReport.Refused($"There is no file {Path.GetFileName(path)}.");
        var started = Stopwatch.GetTimestamp();
        if (!OnnxModel.Open(path, limits.File).Succeeded(out var model, out var refusal))
            return ValidationReport.Refused(refusal.Reason);
        using (model)
        {
            var loaded = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            try
            {
                return Report(model, TrialRun.Of(model, limits.RunTime), loaded);
            }
            catch (OnnxException e) when (e.Fault == OnnxFault.Terminated)
            {
                return ValidationReport.Refused($"A run on one row did not end within {limits.RunTime.TotalSeconds:0.#} seconds.");
            }
        }
    }

    private static ValidationReport Report(OnnxModel model, TrialResult trial, double loadMs) => new(true, null, trial.Warnings)
    {
        Signature = trial.Signature,
        Bytes = model.File.Bytes,
        IrVersion = model.File.IrVersion,
        Opsets = model.File.Opsets.ToDictionary(o => o.Key.Length == 0 ? "ai.onnx" : o.Key, o => o.Value),
        Producer = model.File.Producer,
        Nodes = model.File.Nodes,
        Parameters = model.File.Parameters,
        ExternalFiles = model.File.ExternalFiles,
        Runtime = OnnxRuntime.Load(),
        LoadMs = loadMs,
        RunMs = trial.Ms,
    };
}
