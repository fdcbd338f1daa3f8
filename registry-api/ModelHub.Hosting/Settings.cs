using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ModelHub.Hosting;

/// <summary>Reads settings and gathers what is wrong with them, so that all faults are shown at once. A fault never shows a value: it may be a secret.</summary>
public sealed class Settings(IConfiguration configuration)
{
    private readonly List<string> faults = [];

    public string Required(string key, int least = 1)
    {
        var value = configuration[key] ?? "";
        if (value.Length == 0)
            faults.Add($"{key}: missing");
        else if (value.Length < least)
            faults.Add($"{key}: at least {least} characters");
        return value;
    }

    /// <summary>Null where it is not given.</summary>
    public string? Secret(string key, int least) => string.IsNullOrEmpty(configuration[key]) ? null : Required(key, least);

    public string Text(string key, string otherwise, int most)
    {
        var value = configuration[key] ?? otherwise;
        if (value.Length == 0 || value.Length > most)
            faults.Add($"{key}: 1 to {most} characters");
        return value;
    }

    /// <summary>An absolute http or https address, without a slash at the end.</summary>
    public string Url(string key, string otherwise)
    {
        var value = (configuration[key] ?? otherwise).TrimEnd('/');
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            faults.Add($"{key}: an absolute http or https address");
        return value;
    }

    /// <summary>As <see cref="Url"/>, with a slash at the end, to put relative addresses behind.</summary>
    public Uri BaseAddress(string key, string otherwise) =>
        Uri.TryCreate(Url(key, otherwise) + "/", UriKind.Absolute, out var address) ? address : new Uri("http://invalid/");

    /// <summary>As <see cref="Url"/>; null where it is not given.</summary>
    public string? OptionalUrl(string key) => configuration[key] is null ? null : Url(key, "");

    /// <summary>A plain http address to listen on, such as <c>http://127.0.0.1:0</c>; null for <c>off</c>.</summary>
    public string? Listening(string key, string? otherwise)
    {
        var value = configuration[key] is { Length: > 0 } given ? given : otherwise;
        if (value is null or "off")
            return null;
        if (!value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(value.Replace("*", "any", StringComparison.Ordinal).Replace("+", "any", StringComparison.Ordinal), UriKind.Absolute, out _))
            faults.Add($"{key}: an http address to listen on, or off");
        return value;
    }

    /// <summary>Hosts with their ports, separated by commas: <c>triton:8000,models.example.org:443</c>.</summary>
    public IReadOnlyList<string> Authorities(string key)
    {
        string[] given = (configuration[key] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (given.Any(one => !Uri.TryCreate($"http://{one}/", UriKind.Absolute, out var url) || !one.EndsWith($":{url.Port}", StringComparison.Ordinal) || url.UserInfo.Length > 0 || url.AbsolutePath != "/"))
            faults.Add($"{key}: host:port, separated by commas");
        return given;
    }

    /// <summary>An absolute path.</summary>
    public string Folder(string key, string otherwise) => Path.GetFullPath(configuration[key] is { Length: > 0 } given ? given : otherwise);

    /// <summary>An absolute path for <see cref="LocalSocket"/>; null where it is not given.</summary>
    public string? SocketFolder()
    {
        if (configuration[LocalSocket.Setting] is not { Length: > 0 } given)
            return null;
        var path = Path.GetFullPath(given);
        if (LocalSocket.Fits(path))
            return path;
        faults.Add($"{LocalSocket.Setting}: a folder whose path has at most {LocalSocket.LongestFolder} bytes");
        return null;
    }

    /// <summary>An absolute path of a folder that is there; null where it is not given.</summary>
    public string? OptionalFolder(string key)
    {
        if (configuration[key] is not { Length: > 0 } path)
            return null;
        if (!Directory.Exists(path))
            faults.Add($"{key}: there is no folder at this path");
        return Path.GetFullPath(path);
    }

    /// <summary>A word of the enumeration, whatever its case.</summary>
    public T OneOf<T>(string key, T otherwise)
        where T : struct, Enum
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        if (Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
            return Enum.Parse<T>(known);
        faults.Add($"{key}: one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
        return otherwise;
    }

    /// <summary>Path of a file that is there; null where it is not given.</summary>
    public string? File(string key)
    {
        var path = configuration[key];
        if (path is not null && !System.IO.File.Exists(path))
            faults.Add($"{key}: there is no file at this path");
        return path;
    }

    public long Number(string key, long otherwise, long least, long most)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        faults.Add($"{key}: a number from {least} to {most}");
        return otherwise;
    }

    /// <summary>A value of another form.</summary>
    /// <param name="parse">Null for a text that has not the form.</param>
    /// <param name="form">What was expected, for the fault.</param>
    public T Parsed<T>(string key, T otherwise, Func<string, T?> parse, string form)
        where T : class
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        if (parse(text) is { } value)
            return value;
        faults.Add($"{key}: {form}");
        return otherwise;
    }

    public TimeSpan Milliseconds(string key, long otherwise, long least, long most) => TimeSpan.FromMilliseconds(Number(key, otherwise, least, most));

    public bool Switch(string key, bool otherwise)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        if (bool.TryParse(text, out var on))
            return on;
        if (text is "0" or "1")
            return text == "1";
        faults.Add($"{key}: true or false");
        return otherwise;
    }

    /// <exception cref="InvalidConfigurationException">with every fault so far</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0)
            throw new InvalidConfigurationException(faults);
    }
}
