using System.Globalization;
using System.Runtime.InteropServices;
using ModelHub.Onnx.Variants;

namespace ModelHub.Onnx.Validation;

/// <summary>
/// <c>validate FILE [--memory BYTES] [--load-seconds N] [--run-seconds N] [--optimise-to FILE]</c>: prints a line with a
/// <see cref="ValidationReport"/> as JSON and, when a good model was to be optimised, a second one with the
/// <see cref="Optimisation"/>: what happens to this process meanwhile is no fault of the model any more.
/// Exit code 0 for a good model, 2 for a refused one, 64 for wrong usage.
/// </summary>
public static partial class ValidateVerb
{
    public const string Name = "validate";
    private const int DataLimit = 2; // RLIMIT_DATA on Linux: private writable memory
    private const int CoreLimit = 4; // RLIMIT_CORE

    // What the runtime and its libraries take before any model is read.
    private const long OwnMemory = 512L * 1024 * 1024;

    public static int Run(ReadOnlySpan<string> arguments, TextWriter output)
    {
        if (Parse(arguments) is not var (file, limits, optimiseTo))
        {
            Console.Error.WriteLine($"usage: {Name} FILE [--memory BYTES] [--load-seconds N] [--run-seconds N] [--optimise-to FILE]");
            return 64;
        }
        Confine(limits, optimiseTo is not null);
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

    private static (string File, ValidationLimits Limits, string? OptimiseTo)? Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length % 2 == 0)
            return null;
        var limits = ValidationLimits.Default;
        string? optimiseTo = null;
        for (var i = 1; i < arguments.Length; i += 2)
        {
            if (arguments[i] == "--optimise-to")
            {
                optimiseTo = arguments[i + 1];
                continue;
            }
            if (!long.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            switch (arguments[i])
            {
                case "--memory":
                    limits = limits with { MemoryBytes = number };
                    break;
                case "--load-seconds":
                    limits = limits with { LoadTime = TimeSpan.FromSeconds(number) };
                    break;
                case "--run-seconds":
                    limits = limits with { RunTime = TimeSpan.FromSeconds(number) };
                    break;
                default:
                    return null;
            }
        }
        return (arguments[0], limits, optimiseTo);
    }

    // The process that started us kills us too; this holds when it was itself killed.
    private static void Confine(ValidationLimits limits, bool optimise)
    {
        var end = new Thread(() =>
        {
            Thread.Sleep(limits.Whole(optimise));
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true };
        end.Start();
        if (!OperatingSystem.IsLinux())
            return;
        var memory = (ulong)(limits.MemoryBytes + OwnMemory);
        _ = SetLimit(DataLimit, new Limit(memory, memory));
        _ = SetLimit(CoreLimit, new Limit(0, 0));
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
