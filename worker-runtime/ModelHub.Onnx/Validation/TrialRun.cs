using System.Diagnostics;
using ModelHub.Onnx.Signatures;

namespace ModelHub.Onnx.Validation;

/// <summary>
/// One run on a made-up row: zeros, empty strings, 1 for every open dimension. It shows that the model ends, and
/// which shapes it really gives. An error of the model is only a warning, since a made-up row may be nonsense to it.
/// </summary>
public static class TrialRun
{
    private const long MostBytes = 256L * 1024 * 1024;

    /// <exception cref="OnnxException">with <see cref="OnnxFault.Terminated"/>: it did not end in time</exception>
    public static TrialResult Of(OnnxModel model, TimeSpan time)
    {
        var inputs = new OnnxValue[model.Signature.Inputs.Length];
        var results = new OnnxValue[model.Signature.Outputs.Length];
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                if (Row(model.Signature.Inputs[i]) is not { } row)
                    return new TrialResult(null, [$"The input '{model.Signature.Inputs[i].Name}' is too large for a trial run."], model.Signature);
                inputs[i] = row;
            }
            var started = Stopwatch.GetTimestamp();
            using (var limit = RunLimit.Start(time))
                model.Run(inputs, [.. Enumerable.Range(0, results.Length)], results, limit);
            return Compare(model.Signature, results, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OnnxException e) when (e.Fault == OnnxFault.Run)
        {
            return new TrialResult(null, [$"The trial run on a made-up row failed: {e.Message}"], model.Signature);
        }
        finally
        {
            foreach (var value in inputs.Concat(results))
                value?.Dispose();
        }
    }

    private static OnnxValue? Row(TensorSpec spec)
    {
        long[] shape = [.. (spec.Shape ?? [1]).Select(d => d < 0 ? 1 : d)];
        var elements = shape.Aggregate((Int128)1, (product, d) => product * d);
        if (elements * Math.Max(spec.Element.Bits(), 8) / 8 > MostBytes)
            return null;
        return spec.Element == ElementType.String
            ? OnnxValue.Strings(shape, [], new (int, int)[(int)elements])
            : OnnxValue.Copy(spec.Element, shape, new byte[spec.Element.Bytes((long)elements)]);
    }

    // Declared [-1,7], delivered [1,4]: the answer carries the real shape, so the signature says [-1,-1].
    private static TrialResult Compare(Signature signature, OnnxValue[] results, double ms)
    {
        List<string> warnings = [];
        var outputs = signature.Outputs.ToArray();
        for (var i = 0; i < results.Length; i++)
        {
            var real = results[i].TensorType().Shape;
            var declared = outputs[i].Shape;
            if (declared is not null && Agree(declared, real))
                continue;
            if (declared is not null)
                warnings.Add($"The output '{outputs[i].Name}' declares [{string.Join(',', declared)}] and gave [{string.Join(',', real)}].");
            outputs[i] = outputs[i] with { Shape = [.. real.Select((_, d) => declared?.Length == real.Length && declared[d] == real[d] ? real[d] : -1)] };
        }
        return new TrialResult(ms, [.. warnings], signature with { Outputs = outputs });
    }

    private static bool Agree(long[] declared, long[] real) =>
        declared.Length == real.Length && declared.Zip(real).All(d => d.First < 0 || d.First == d.Second);
}

/// <param name="Ms">null when the run did not succeed</param>
/// <param name="Signature">with the output shapes that were seen</param>
public sealed record TrialResult(double? Ms, string[] Warnings, Signature Signature);
