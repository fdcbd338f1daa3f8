using System.Globalization;

namespace ModelHub.Worker.Configuration;

/// <summary>The configuration is wrong; the message lists every fault, one per line.</summary>
internal sealed class InvalidConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults));

/// <summary>Reads settings and gathers what is wrong with them, so that all faults are shown at once.</summary>
internal sealed class OptionFaults(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    public string Required(string key)
    {
        if (configuration[key] is { Length: > 0 } value) return value;
        faults.Add($"{key}: missing");
        return "";
    }

    public string Url(string key, string fallback)
    {
        var value = (configuration[key] ?? fallback).TrimEnd('/');
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            faults.Add($"{key}: an absolute http or https address");
        return value;
    }

    public string? Library(string key)
    {
        var path = configuration[key];
        if (path is not null && !File.Exists(path)) faults.Add($"{key}: there is no file at this path");
        return path;
    }

    public long Number(string key, long fallback, long min, long max)
    {
        if (configuration[key] is not { } text) return fallback;
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        faults.Add($"{key}: a number from {min} to {max}");
        return fallback;
    }

    public void ThrowIfAny()
    {
        if (faults.Count > 0) throw new InvalidConfigurationException(faults);
    }
}
