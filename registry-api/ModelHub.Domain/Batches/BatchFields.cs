using ModelHub.Domain.Models;

namespace ModelHub.Domain.Batches;

/// <summary>A named field of a row that a version takes.</summary>
/// <param name="Width">Values it takes; more than one for an input whose columns have no names, given as an array.</param>
public sealed record BatchField(string Name, string Datatype, int Width);

/// <summary>
/// The fields of a row, as nodes name them: an input of one column by its own name, the columns of a wider one by the
/// features of the signature.
/// </summary>
public static class BatchFields
{
    private static readonly string[] WithoutJson = ["FP16", "BF16"];

    /// <returns>The first input that rows cannot fill; null when they can fill all.</returns>
    public static string? Unfillable(Signature signature) => signature.Inputs
        .FirstOrDefault(i => WithoutJson.Contains(i.Datatype) || i.Shape.Count == 0 || i.Shape.Skip(1).Any(size => size < 0) || Width(i) > int.MaxValue)?.Name;

    public static IReadOnlyList<BatchField> Of(Signature signature)
    {
        var names = signature.Features ?? [];
        var widths = signature.Inputs.Select(i => (int)Width(i)).ToArray();
        // Features name all columns of all inputs, or only those of the wide ones; else they are not about the inputs.
        var nameAll = names.Count == widths.Sum();
        var nameWide = nameAll || names.Count == widths.Where(w => w > 1).Sum();
        var named = 0;
        var fields = new List<BatchField>();
        for (var i = 0; i < widths.Length; i++)
        {
            var input = signature.Inputs[i];
            if (nameWide && (nameAll || widths[i] > 1))
                fields.AddRange(Enumerable.Range(0, widths[i]).Select(_ => new BatchField(names[named++], input.Datatype, 1)));
            else
                fields.Add(new BatchField(input.Name, input.Datatype, widths[i]));
        }

        return fields;
    }

    private static long Width(TensorSpec input) => input.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
}
