using System.Globalization;

namespace ModelHub.Onnx.Validation;

/// <summary>What a child process is told: files first, then limits and settings in pairs.</summary>
public sealed record VerbArguments(string[] Files, ValidationLimits Limits, IReadOnlyDictionary<string, string> Settings)
{
    public const string LimitUsage = "[--memory BYTES] [--load-seconds N] [--run-seconds N]";

    /// <returns>null for wrong usage</returns>
    public static VerbArguments? Parse(ReadOnlySpan<string> arguments, int files, params string[] settings)
    {
        if (arguments.Length < files || (arguments.Length - files) % 2 != 0)
            return null;
        var limits = ValidationLimits.Default;
        Dictionary<string, string> set = new(StringComparer.Ordinal);
        for (var i = files; i < arguments.Length; i += 2)
        {
            if (settings.Contains(arguments[i]))
                set[arguments[i]] = arguments[i + 1];
            else if (Limit(limits, arguments[i], arguments[i + 1]) is { } changed)
                limits = changed;
            else
                return null;
        }
        return new VerbArguments([.. arguments[..files]], limits, set);
    }

    /// <summary>The same limits as arguments of a child.</summary>
    public static string[] Of(ValidationLimits limits) =>
    [
        "--memory", Text(limits.MemoryBytes),
        "--load-seconds", Text((long)Math.Ceiling(limits.LoadTime.TotalSeconds)),
        "--run-seconds", Text((long)Math.Ceiling(limits.RunTime.TotalSeconds)),
    ];

    private static ValidationLimits? Limit(ValidationLimits limits, string name, string value)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return name switch
        {
            "--memory" => limits with { MemoryBytes = number },
            "--load-seconds" => limits with { LoadTime = TimeSpan.FromSeconds(number) },
            "--run-seconds" => limits with { RunTime = TimeSpan.FromSeconds(number) },
            _ => null,
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
