using ModelHub.Inference;
using ModelHub.Inference.Predict;

namespace ModelHub.Node.Serving;

/// <summary>Rows to try a version with: values its data had where they are known, else made up from the signature alone.</summary>
internal sealed class WarmUpRows(ModelSpec model, SeenValues[] seen)
{
    private readonly FieldPlan? plan = seen.Length > 0 ? FieldPlan.Of(model, out _) : null;

    /// <returns>false when an input is too large to be made up</returns>
    public bool Fill(int number, InferRequest into) =>
        (plan is not null && SampledRow.Fill(plan, seen, number, into)) || MadeUpRow.Fill(model, into);
}
