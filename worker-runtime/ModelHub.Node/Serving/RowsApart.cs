using ModelHub.Inference;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>
/// Tries whether the rows of a model are independent: two made-up rows are run apart and together, and must come out
/// the same. A free first dimension alone does not say so; a model may average over it.
/// </summary>
internal static class RowsApart
{
    // Kernels for one row and for many add in another order.
    private const double Relative = 1e-4;
    private const double Absolute = 1e-5;

    public static async Task<bool> HoldsAsync(RuntimeInstance instance, TimeSpan limit, CancellationToken ct)
    {
        if (!Batching.Fits(instance.Spec) || instance.IsOpenEnded)
            return false;
        using RuntimeRun one = instance.NewRun(), other = instance.NewRun(), both = instance.NewRun();
        if (!MadeUpRow.Fill(instance.Spec, one.Request, seed: 1) || !MadeUpRow.Fill(instance.Spec, other.Request, seed: 2))
            return false;
        Batching.Join(instance.Spec, [one.Request, other.Request], both.Request);
        try
        {
            await one.ExecuteAsync(limit, ct);
            await other.ExecuteAsync(limit, ct);
            await both.ExecuteAsync(limit, ct);
        }
        catch (RunException)
        {
            // Made-up rows may be nonsense to a good model; then nothing is known.
            return false;
        }
        for (var i = 0; i < both.Request.Wanted.Length; i++)
            if (!Same(one.Output(i), both, i, 0, instance) || !Same(other.Output(i), both, i, 1, instance))
                return false;
        return true;
    }

    private static bool Same(OutputTensor alone, RuntimeRun both, int output, int row, RuntimeInstance instance)
    {
        var together = both.Output(output);
        if (alone.Shape is not [1, ..] || together.Shape is not [2, ..])
            return false;
        var part = new KeptOutput();
        part.Take(together, row, 1);
        return part.Tensor.Equals(alone, instance.Spec.Outputs[both.Request.Wanted[output]].Datatype, Relative, Absolute);
    }
}
