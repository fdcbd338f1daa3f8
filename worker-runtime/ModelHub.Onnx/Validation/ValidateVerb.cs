using ModelHub.Onnx.Variants;

namespace ModelHub.Onnx.Validation;

/// <summary>
/// <c>validate FILE [--memory BYTES] [--load-seconds N] [--run-seconds N] [--optimise-to FILE]</c>: prints a line with a
/// <see cref="ValidationReport"/> as JSON and, when a good model was to be optimised, a second one with the
/// <see cref="Optimisation"/>: what happens to this process meanwhile is no fault of the model any more.
/// Exit code 0 for a good model, 2 for a refused one, 64 for wrong usage.
/// </summary>
public static class ValidateVerb
{
    public const string Name = "validate";
    internal const string OptimiseTo = "--optimise-to";

    public static int Run(ReadOnlySpan<string> arguments, TextWriter output)
    {
        if (VerbArguments.Parse(arguments, 1, OptimiseTo) is not { Files: [var file], Limits: var limits } given)
        {
            Console.Error.WriteLine($"usage: {Name} FILE {VerbArguments.LimitUsage} [{OptimiseTo} FILE]");
            return 64;
        }
        var optimiseTo = given.Settings.GetValueOrDefault(OptimiseTo);
        Confinement.Begin(limits.MemoryBytes, limits.Whole(optimiseTo is null ? 1 : 2));
        var report = ModelValidation.Validate(file, limits);
        output.WriteLine(report.ToJson());
        output.Flush();
        if (!report.Ok)
            return 2;
        if (optimiseTo is not null)
            output.WriteLine(ValidationReport.ToJson(OptimiseGraph.Of(file, optimiseTo, limits)));
        output.Flush();
        return 0;
    }
}
