using ModelHub.Domain.Webhooks;

namespace ModelHub.Worker.Configuration;

/// <summary>All that can be set on this host, already validated.</summary>
internal sealed record WorkerOptions
{
    /// <summary>Npgsql connection string.</summary>
    public required string Database { get; init; }

    /// <summary>Base address of the registry-api, without a slash at the end.</summary>
    public required string Api { get; init; }

    /// <summary>Folder of this process: cache and scratch lie below it.</summary>
    public required string Data { get; init; }

    /// <summary>Path of libduckdb; null: found under node_modules.</summary>
    public string? DuckDb { get; init; }

    /// <summary>Path of the ONNX Runtime library; null: found under node_modules.</summary>
    public string? OnnxRuntime { get; init; }

    /// <summary>Jobs at a time.</summary>
    public required int Threads { get; init; }

    /// <summary>Bytes of fetched artifacts kept for the next job.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>
    /// How long a rollout misses the windows of a router that is not heard of. Longer than routers give a canary its share without hearing of the
    /// API (their <c>Limits:TrialMilliseconds</c>), or a rollout would go on while one of them still does.
    /// </summary>
    public TimeSpan LostRouter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Opens webhooks' secrets; null: not given, and nothing can be signed.</summary>
    public SecretBox? SecretBox { get; init; }

    /// <summary>Networks that are not public and that webhooks may lead to.</summary>
    public AllowedNetworks AllowedNetworks { get; init; } = AllowedNetworks.Public;

    /// <summary>Whole rows that a profile keeps at most, for explanations; 0 keeps none.</summary>
    public int SampleRows { get; init; } = 100;

    public string Cache => Path.Combine(Data, "cache");

    public string Scratch => Path.Combine(Data, "scratch");
}
