using System.Diagnostics;
using ModelHub.Onnx.Files;
using ModelHub.Onnx.Validation;

namespace ModelHub.Onnx.Variants;

/// <summary>
/// Has ONNX Runtime write the graph it makes of a model when it loads it, so that nodes need not make it again. It is
/// kept only when it is simpler, loads again and answers as the model does.
/// </summary>
public static class OptimiseGraph
{
    private const int Rows = 4;

    // Constants that were computed beforehand take more room than the nodes that made them.
    private const int MostGrowth = 2;
    private const long SmallFile = 1024 * 1024;

    /// <param name="to">where the optimised graph goes; what lies there means nothing unless it is kept</param>
    public static Optimisation Of(string path, string to, ValidationLimits limits)
    {
        try
        {
            if (!OnnxModel.Open(path, limits.File).Succeeded(out var model, out var refusal))
                return Optimisation.Without(refusal.Reason);
            using (model)
                return model.File.ExternalFiles.Length > 0 ? Optimisation.Without("its weights lie in files beside it") : Of(model, to, limits);
        }
        catch (OnnxException e)
        {
            return Optimisation.Without(e.Fault == OnnxFault.Terminated ? "a run on a made-up row did not end" : e.Message);
        }
    }

    private static Optimisation Of(OnnxModel model, string to, ValidationLimits limits)
    {
        model.WriteOptimised(to);
        if (!File.Exists(to))
            return Optimisation.Without("this ONNX Runtime writes no optimised graph");
        if (!OnnxFileReader.Read(to, limits.File).Succeeded(out var file, out var refusal))
            return Optimisation.Without(refusal.Reason);
        if (file.Nodes >= model.File.Nodes)
            return Optimisation.Without($"none of its {model.File.Nodes} nodes can be spared");
        if (file.Bytes > Math.Max(SmallFile, MostGrowth * model.File.Bytes))
            return Optimisation.Without($"it would grow from {model.File.Bytes} to {file.Bytes} bytes");
        if (!Timed(model.File.Path, to, limits).Succeeded(out var optimised, out refusal))
            return Optimisation.Without(refusal.Reason);
        using (optimised.Model)
            return Compared(model, optimised, file, limits);
    }

    private static Optimisation Compared(OnnxModel model, Loaded optimised, OnnxFile file, ValidationLimits limits)
    {
        var comparison = CompareModels.Of(model, optimised.Model, Rows, limits.RunTime);
        if (comparison.Rows == 0)
            return Optimisation.Without("the model runs on no made-up row, so nothing can be compared");
        if (!comparison.Agree)
            return Optimisation.Without($"its answers differ by up to {comparison.MaxDifference:0.###e0}, {comparison.LabelChanges} labels changed");
        if (!Timed(model.File.Path, null, limits).Succeeded(out var again, out var refusal))
            return Optimisation.Without(refusal.Reason);
        again.Model.Dispose();
        return new Optimisation(null, file.Bytes, model.File.Nodes, file.Nodes, again.Ms, optimised.Ms);
    }

    // The better of two: a first load pays for what later ones find done.
    private static Either<Loaded> Timed(string path, string? optimised, ValidationLimits limits)
    {
        if (!Once(path, optimised, limits).Succeeded(out var first, out var refusal))
            return refusal;
        first.Model.Dispose();
        return Once(path, optimised, limits).Succeeded(out var second, out refusal) ? second with { Ms = Math.Min(first.Ms, second.Ms) } : refusal;
    }

    private static Either<Loaded> Once(string path, string? optimised, ValidationLimits limits)
    {
        var started = Stopwatch.GetTimestamp();
        return OnnxModel.Open(path, limits.File, optimised).Succeeded(out var model, out var refusal)
            ? new Loaded(model, Stopwatch.GetElapsedTime(started).TotalMilliseconds)
            : refusal;
    }

    private sealed record Loaded(OnnxModel Model, double Ms);
}
