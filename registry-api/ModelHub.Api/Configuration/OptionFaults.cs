using System.Globalization;

namespace ModelHub.Api.Configuration;

/// <summary>The configuration is wrong; the message lists every fault, one per line.</summary>
internal sealed class InvalidConfigurationException(IReadOnlyList<string> faults)
    : Exception(string.Join(System.Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>Reads settings and gathers what is wrong with them, so that all faults are shown at once.</summary>
internal sealed class OptionFaults(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    public string Required(string key, int minLength = 1)
    {
        var value = configuration[key] ?? "";
        if (value.Length == 0)
            faults.Add($"{key}: missing");
        else if (value.Length < minLength)
            faults.Add($"{key}: at least {minLength} characters");
        return value;
    }

    public string Url(string key, string fallback)
    {
        var value = (configuration[key] ?? fallback).TrimEnd('/');
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            faults.Add($"{key}: an absolute http or https address");
        return value;
    }

    public long Number(string key, long fallback, long min, long max)
    {
        var text = configuration[key];
        if (text is null)
            return fallback;
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        faults.Add($"{key}: a number from {min} to {max}");
        return fallback;
    }

    public void ThrowIfAny()
    {
        if (faults.Count > 0)
            throw new InvalidConfigurationException(faults);
    }
}
