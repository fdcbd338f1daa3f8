namespace ModelHub.Inference.Predict;

/// <summary>A value of a request that its field did not have in the data.</summary>
/// <param name="Field">its place among <see cref="RangeCheck.Names"/></param>
/// <param name="Fault">in the caller's terms</param>
public sealed record OutsideValue(int Field, string Name, RequestFault Fault);

/// <summary>
/// Looks for values of fields that the data a model was made from did not have: numbers beyond its smallest and largest, and
/// texts that are none of its own where all of those are known. NaN stands for a missing value and is never looked for.
/// </summary>
public sealed class RangeCheck
{
    private readonly FieldPlan plan;
    private readonly FieldBound[] bounds;

    private RangeCheck(FieldPlan plan, FieldBound[] bounds)
    {
        (this.plan, this.bounds) = (plan, bounds);
        Names = [.. bounds.Select(b => b.Field.Name)];
    }

    /// <summary>The fields that are looked at.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <returns>null when nothing is known of any field</returns>
    public static RangeCheck? Of(FieldPlan plan, IReadOnlyList<SeenValues> seen)
    {
        var byName = seen.ToDictionary(s => s.Name, StringComparer.Ordinal);
        FieldBound[] bounds = [.. plan.Fields.Select(f => FieldBound.Of(f, plan.Model.Inputs[f.Input].Datatype, byName.GetValueOrDefault(f.Name))).OfType<FieldBound>()];
        return bounds.Length > 0 ? new RangeCheck(plan, bounds) : null;
    }

    /// <returns>the first of each field, in the order of the fields; null when there is none</returns>
    public List<OutsideValue>? Find(InferRequest rows)
    {
        List<OutsideValue>? found = null;
        for (var i = 0; i < bounds.Length; i++)
            if (First(i, rows.Inputs[bounds[i].Field.Input]) is { } outside)
                (found ??= []).Add(outside);
        return found;
    }

    private OutsideValue? First(int index, Tensor tensor)
    {
        var bound = bounds[index];
        var (field, width) = (bound.Field, plan.Widths[bound.Field.Input]);
        for (var row = 0; row * width < tensor.Elements; row++)
            for (var at = row * width + field.Column; at < row * width + field.Column + field.Width; at++)
                if (!bound.Holds(tensor, at))
                    return new OutsideValue(index, field.Name, new RequestFault(
                        $"The field '{field.Name}' of row {row} is {bound.Shown(tensor, at)}; the data this version was made from had {bound.Expected}."));
        return null;
    }
}
