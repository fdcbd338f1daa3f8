using System.Globalization;
using ModelHub.Inference;
using ModelHub.Node.Artifacts;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes;

/// <summary>The signature of a version that others run, as the registry knows it and as they tell it.</summary>
internal static class DeclaredSpec
{
    public static (ModelSpec? Spec, PlacementProblem? Problem) Of(Assignment assignment, string platform)
    {
        if (assignment.Signature is not { Inputs.Length: > 0, Outputs.Length: > 0 } declared)
            return (null, new PlacementProblem("no-signature", "The version was registered without a signature, and its artifact does not tell one."));
        if (declared.Inputs.Concat(declared.Outputs).FirstOrDefault(p => Datatypes.Of(p.Datatype) == Datatype.Unknown) is { } odd)
            return (null, new PlacementProblem("no-signature", $"'{odd.Name}' is declared as '{odd.Datatype}', which is no datatype."));
        return (new ModelSpec(assignment.Model, assignment.Version.ToString(CultureInfo.InvariantCulture), Specs(declared.Inputs), Specs(declared.Outputs)) { Platform = platform }, null);
    }

    /// <summary>Why what a server tells of itself cannot be what was declared; null when it can. Open dimensions agree with any.</summary>
    public static PlacementProblem? Contradiction(ModelSpec declared, ModelSignature told) =>
        Contradiction("input", declared.Inputs, told.Inputs, all: true) ?? Contradiction("output", declared.Outputs, told.Outputs, all: false);

    private static PlacementProblem? Contradiction(string what, TensorSpec[] declared, SignaturePort[] told, bool all)
    {
        foreach (var spec in declared)
        {
            if (Array.Find(told, t => t.Name == spec.Name) is not { } port)
                return Mismatch($"It has no {what} '{spec.Name}', but {string.Join(", ", told.Select(t => t.Name))}.");
            if (Datatypes.Of(port.Datatype) != spec.Datatype || !Agree(spec.Shape!, port.Shape))
                return Mismatch($"Its {what} '{spec.Name}' is {port.Datatype} [{string.Join(',', port.Shape)}], declared is {spec.Datatype.Name()} {spec.ShapeText}.");
        }
        return all && told.FirstOrDefault(t => declared.All(d => d.Name != t.Name)) is { } more ? Mismatch($"It has an {what} '{more.Name}' that is not declared.") : null;
    }

    private static bool Agree(long[] declared, long[] told) =>
        declared.Length == told.Length && declared.Zip(told).All(pair => pair.First == pair.Second || pair.First < 0 || pair.Second < 0);

    private static PlacementProblem Mismatch(string message) => new("signature-mismatch", message);

    private static TensorSpec[] Specs(SignaturePort[] ports) => [.. ports.Select(p => new TensorSpec(p.Name, Datatypes.Of(p.Datatype), p.Shape, p.Labels))];
}
