using System.Globalization;

namespace ModelHub.Router;

/// <summary>How this router is set up. Every fault is found at start and all are told at once.</summary>
internal sealed record RouterOptions
{
    public required Uri Api { get; init; }

    /// <summary>Null for a router that joined before and kept its key.</summary>
    public string? JoinToken { get; init; }

    public required string Name { get; init; }

    /// <summary>Base URL under which others reach this router; null: where it listens.</summary>
    public string? Address { get; init; }

    public required string Data { get; init; }

    /// <summary>Largest request and largest answer.</summary>
    public required int Bytes { get; init; }

    /// <summary>From the last byte of the request to the answer; then 504.</summary>
    public required TimeSpan RequestTime { get; init; }

    public required TimeSpan ConnectTime { get; init; }

    public static RouterOptions Read(IConfiguration configuration, List<string> faults)
    {
        var read = new Settings(configuration, faults);
        return new RouterOptions
        {
            Api = read.Url("Api", "http://127.0.0.1:5080"),
            JoinToken = read.Secret("JoinToken"),
            Name = read.Text("Name", Environment.MachineName, 200),
            Address = configuration["Address"] is null ? null : read.Url("Address", "").ToString().TrimEnd('/'),
            Data = Path.GetFullPath(read.Text("Data", ".modelhub/router", 4000)),
            Bytes = (int)read.Number("Limits:RequestBytes", 64 << 20, 1024, 1 << 30),
            RequestTime = TimeSpan.FromMilliseconds(read.Number("Limits:RequestMilliseconds", 60_000, 10, 3_600_000)),
            ConnectTime = TimeSpan.FromMilliseconds(read.Number("Limits:ConnectMilliseconds", 1_000, 10, 60_000)),
        };
    }

    private sealed class Settings(IConfiguration configuration, List<string> faults)
    {
        public Uri Url(string key, string otherwise)
        {
            var text = configuration[key] ?? otherwise;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url;
            faults.Add($"{key} must be an http or https URL, not '{text}'.");
            return new Uri("http://invalid/");
        }

        public string? Secret(string key)
        {
            var text = configuration[key];
            if (string.IsNullOrEmpty(text))
                return null;
            if (text.Length < 32)
                faults.Add($"{key} must have at least 32 characters.");
            return text;
        }

        public string Text(string key, string otherwise, int most)
        {
            var text = configuration[key] ?? otherwise;
            if (text.Length == 0 || text.Length > most)
                faults.Add($"{key} must have 1 to {most} characters.");
            return text;
        }

        public long Number(string key, long otherwise, long least, long most)
        {
            if (configuration[key] is not { Length: > 0 } text)
                return otherwise;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            faults.Add($"{key} must be a whole number between {least} and {most}, not '{text}'.");
            return otherwise;
        }
    }
}
