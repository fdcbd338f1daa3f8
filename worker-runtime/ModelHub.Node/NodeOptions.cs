using System.Globalization;
using ModelHub.Inference;

namespace ModelHub.Node;

/// <summary>How this node is set up. Every fault is found at start and all are told at once.</summary>
internal sealed record NodeOptions
{
    public required Uri Api { get; init; }

    /// <summary>Null for a node that joined before and kept its key.</summary>
    public string? JoinToken { get; init; }

    public required string Name { get; init; }

    /// <summary>Base URL under which routers reach this node; null: where it listens.</summary>
    public string? Address { get; init; }

    public required string Data { get; init; }

    /// <summary>Bytes for loaded models.</summary>
    public required long Memory { get; init; }

    public string? OnnxRuntime { get; init; }

    /// <summary>A run is stopped after this.</summary>
    public required TimeSpan RunTime { get; init; }

    /// <summary>Requests that may wait for one version; one more gets 429.</summary>
    public required int Queue { get; init; }

    /// <summary>An unassigned version answers on for this long, since routers may still hold an older table.</summary>
    public required TimeSpan DrainTime { get; init; }

    public required InferenceLimits Limits { get; init; }

    /// <summary>Whether a model nobody has tried on this node is loaded in a child process first.</summary>
    public required bool Validate { get; init; }

    public static NodeOptions Read(IConfiguration configuration, List<string> faults)
    {
        var read = new Settings(configuration, faults);
        return new NodeOptions
        {
            Api = read.Url("Api", "http://127.0.0.1:5080"),
            JoinToken = read.Secret("JoinToken"),
            Name = read.Text("Name", Environment.MachineName, 200),
            Address = configuration["Address"] is null ? null : read.Url("Address", "").ToString().TrimEnd('/'),
            Data = Path.GetFullPath(read.Text("Data", ".modelhub/node", 4000)),
            Memory = read.Number("Memory", Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2), 1L << 20, long.MaxValue),
            OnnxRuntime = configuration["OnnxRuntime"],
            RunTime = TimeSpan.FromMilliseconds(read.Number("Limits:RunMilliseconds", 30_000, 10, 3_600_000)),
            Queue = (int)read.Number("Limits:Queue", 1024, 1, 1_000_000),
            DrainTime = TimeSpan.FromMilliseconds(read.Number("Limits:DrainMilliseconds", 2_000, 0, 600_000)),
            Validate = read.Number("Limits:ValidateFirst", 1, 0, 1) == 1,
            Limits = new InferenceLimits(
                BodyBytes: (int)read.Number("Limits:RequestBytes", InferenceLimits.Default.BodyBytes, 1024, 1 << 30),
                Rows: (int)read.Number("Limits:Rows", InferenceLimits.Default.Rows, 1, 100_000_000)),
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
