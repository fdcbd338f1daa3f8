using ModelHub.Hosting;
using ModelHub.Inference;

namespace ModelHub.Node;

/// <summary>How this node is set up. Every fault is found at start and all are told at once.</summary>
internal sealed record NodeOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5091";

    public required Uri Api { get; init; }

    /// <summary>Null for a node that joined before and kept its key.</summary>
    public string? JoinToken { get; init; }

    public required string Name { get; init; }

    /// <summary>Base URL under which routers reach this node; null: where it listens.</summary>
    public string? Address { get; init; }

    /// <summary>Base URL under which routers reach gRPC; null: the host of <see cref="Address"/> and the port gRPC is taken on.</summary>
    public string? GrpcAddress { get; init; }

    public required string Data { get; init; }

    /// <summary>Bytes for loaded models.</summary>
    public required long Memory { get; init; }

    public string? OnnxRuntime { get; init; }

    /// <summary>A run is stopped after this.</summary>
    public required TimeSpan RunTime { get; init; }

    /// <summary>Requests that may wait for one version; one more gets 429.</summary>
    public required int Queue { get; init; }

    /// <summary>A version nobody asked for during this time is unloaded until somebody does; zero: never.</summary>
    public required TimeSpan IdleTime { get; init; }

    /// <summary>Requests that may wait for one version to be loaded again; one more gets 429.</summary>
    public required int HeldRequests { get; init; }

    /// <summary>Explanations at a time, of all versions.</summary>
    public required int Explanations { get; init; }

    /// <summary>Explanations that may wait; one more gets 429.</summary>
    public required int ExplanationQueue { get; init; }

    /// <summary>Bytes for answers that are given again, where endpoints want that; 0: none are kept.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>An unassigned version answers on for this long, since routers may still hold an older table.</summary>
    public required TimeSpan DrainTime { get; init; }

    /// <summary>Whether callers' sockets are waited for by loops of our own, where the system has epoll; else by the framework's.</summary>
    public required bool PolledSockets { get; init; }

    public required InferenceLimits Limits { get; init; }

    /// <summary>Who sends no byte of an artifact for so long is given up and asked anew; a slow one may take its time.</summary>
    public required TimeSpan FetchSilence { get; init; }

    /// <summary>Whether a model nobody has tried on this node is loaded in a child process first.</summary>
    public required bool Validate { get; init; }

    /// <summary>The Python interpreter that confines processes and runs the shipped runtime; null: this node runs no processes.</summary>
    public string? Python { get; init; }

    /// <summary>Bytes of private memory for each of them.</summary>
    public required long ProcessMemory { get; init; }

    /// <summary>Processors for each of them.</summary>
    public required int ProcessCpus { get; init; }

    /// <summary>One that does not listen after this is given up; frameworks take seconds to be imported on a busy machine.</summary>
    public required TimeSpan ProcessStart { get; init; }

    /// <summary>Servers elsewhere that versions may name, each as host:port; none unless listed.</summary>
    public required IReadOnlyList<string> ExternalHosts { get; init; }

    public static NodeOptions Read(Settings settings)
    {
        var options = new NodeOptions
        {
            Api = settings.BaseAddress("Api", "http://127.0.0.1:5080"),
            JoinToken = settings.Secret("JoinToken", least: 32),
            Name = settings.Text("Name", Environment.MachineName, 200),
            Address = settings.OptionalUrl("Address"),
            GrpcAddress = settings.OptionalUrl("GrpcAddress"),
            Data = settings.Folder("Data", ".modelhub/node"),
            Memory = settings.Number("Memory", Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2), 1L << 20, long.MaxValue),
            OnnxRuntime = settings.File("OnnxRuntime"),
            RunTime = settings.Milliseconds("Limits:RunMilliseconds", 30_000, 10, 3_600_000),
            Queue = (int)settings.Number("Limits:Queue", 1024, 1, 1_000_000),
            IdleTime = settings.Milliseconds("Limits:IdleMilliseconds", 0, 0, 7 * 24 * 3_600_000),
            HeldRequests = (int)settings.Number("Limits:HeldRequests", 100, 1, 1_000_000),
            Explanations = (int)settings.Number("Limits:Explanations", 1, 1, 1_000),
            ExplanationQueue = (int)settings.Number("Limits:ExplanationQueue", 8, 0, 10_000),
            CacheBytes = settings.Number("Limits:CacheBytes", 64L << 20, 0, 1L << 40),
            DrainTime = settings.Milliseconds("Limits:DrainMilliseconds", 2_000, 0, 600_000),
            FetchSilence = settings.Milliseconds("Limits:FetchSilenceMilliseconds", 30_000, 10, 3_600_000),
            PolledSockets = settings.Switch("PolledSockets", true),
            Validate = settings.Switch("Limits:ValidateFirst", true),
            Python = settings.File("Runtimes:Python"),
            ProcessMemory = settings.Number("Runtimes:ProcessMemory", 1L << 30, 64L << 20, 1L << 44),
            ProcessCpus = (int)settings.Number("Runtimes:ProcessCpus", 1, 1, 1024),
            ProcessStart = settings.Milliseconds("Runtimes:StartMilliseconds", 120_000, 100, 3_600_000),
            ExternalHosts = settings.Authorities("Runtimes:ExternalHosts"),
            Limits = new InferenceLimits(
                BodyBytes: (int)settings.Number("Limits:RequestBytes", InferenceLimits.Default.BodyBytes, 1024, 1 << 30),
                Rows: (int)settings.Number("Limits:Rows", InferenceLimits.Default.Rows, 1, 100_000_000)),
        };
        settings.ThrowIfFaulty();
        return options;
    }
}
