using ModelHub.Hosting;

namespace ModelHub.Router;

/// <summary>How this router is set up. Every fault is found at start and all are told at once.</summary>
internal sealed record RouterOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5090";

    public required Uri Api { get; init; }

    /// <summary>Null for a router that joined before and kept its key.</summary>
    public string? JoinToken { get; init; }

    public required string Name { get; init; }

    /// <summary>Base URL under which others reach this router; null: where it listens.</summary>
    public string? Address { get; init; }

    public required string Data { get; init; }

    /// <summary>Largest request.</summary>
    public required long Bytes { get; init; }

    /// <summary>Largest answer.</summary>
    public required long AnswerBytes { get; init; }

    /// <summary>Up to this size requests are held, so that they can be sent a second time, and answers, so that half of one is never passed on. Larger ones flow.</summary>
    public required int HeldBytes { get; init; }

    /// <summary>From the last byte of the request to the answer; then 504.</summary>
    public required TimeSpan RequestTime { get; init; }

    public required TimeSpan ConnectTime { get; init; }

    /// <summary>Where nodes of this machine have their local sockets; null: all are reached by their ports.</summary>
    public string? LocalSockets { get; init; }

    /// <summary>Whether sockets are waited for by loops of our own, where the system has epoll; else by the framework's.</summary>
    public required bool PolledSockets { get; init; }

    /// <summary>How long versions that are tried out keep their share when the control stream is gone: nobody could take it back.</summary>
    public required TimeSpan TrialTime { get; init; }

    /// <summary>Whether all traffic is counted for monitors.</summary>
    public required bool Sketches { get; init; }

    /// <summary>How often what was counted for monitors is told.</summary>
    public required TimeSpan SketchTime { get; init; }

    /// <summary>Bytes of requests and answers that are looked into in a second; of more traffic a share.</summary>
    public required long SketchedBytes { get; init; }

    public static RouterOptions Read(Settings settings)
    {
        var options = new RouterOptions
        {
            Api = settings.BaseAddress("Api", "http://127.0.0.1:5080"),
            JoinToken = settings.Secret("JoinToken", least: 32),
            Name = settings.Text("Name", Environment.MachineName, 200),
            Address = settings.OptionalUrl("Address"),
            Data = settings.Folder("Data", ".modelhub/router"),
            Bytes = settings.Number("Limits:RequestBytes", 64 << 20, 1024, 16L << 30),
            AnswerBytes = settings.Number("Limits:AnswerBytes", 256 << 20, 1024, 16L << 30),
            HeldBytes = (int)settings.Number("Limits:HeldBytes", 1 << 20, 1024, 64 << 20),
            RequestTime = settings.Milliseconds("Limits:RequestMilliseconds", 60_000, 10, 3_600_000),
            ConnectTime = settings.Milliseconds("Limits:ConnectMilliseconds", 1_000, 10, 60_000),
            LocalSockets = settings.SocketFolder(),
            PolledSockets = settings.Switch("PolledSockets", true),
            Sketches = settings.Switch("Monitoring:Sketches", true),
            SketchTime = settings.Milliseconds("Monitoring:SketchMilliseconds", 5_000, 100, 10_000),
            SketchedBytes = settings.Number("Monitoring:BytesPerSecond", 4 << 20, 1 << 10, 1L << 40),
            TrialTime = settings.Milliseconds("Limits:TrialMilliseconds", 5_000, 100, 3_600_000),
        };
        settings.ThrowIfFaulty();
        return options;
    }
}
