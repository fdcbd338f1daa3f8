using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Node.Access;

namespace ModelHub.Node.Serving;

/// <summary>The statistics extension of V2: <c>/v2/models/{model}/stats</c>, <c>/v2/models/stats</c>.</summary>
internal sealed class StatisticsDocument(LoadedModels models, Door door, TimeProvider time)
{
    /// <summary>Of one model, or of all the caller may see.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var model = (string?)context.Request.RouteValues.GetValueOrDefault("model");
        if (door.Refuses(context, model) is { } status)
            return Answer.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
        var wanted = (string?)context.Request.RouteValues.GetValueOrDefault("version");
        LoadedVersion[] found = [.. Select(context, model, wanted)];
        return model is not null && found.Length == 0
            ? Answer.ErrorAsync(context, 404, "This node does not hold that version of that model.")
            : Answer.JsonAsync(context, 200, Json(found));
    }

    /// <param name="model">null or empty for all the caller may see</param>
    /// <param name="version">null or empty for all</param>
    public IEnumerable<LoadedVersion> Select(HttpContext context, string? model, string? version) =>
        string.IsNullOrEmpty(model) ? models.All.Where(v => door.Refuses(context, v.Assignment.Model) is null)
        : string.IsNullOrEmpty(version) ? models.All.Where(v => v.Assignment.Model == model)
        : models.Find(model, version) is { } one ? [one] : [];

    /// <returns>milliseconds since 1970; 0 when there was none</returns>
    public long LastInference(LoadedVersion version) =>
        version.Statistics.Succeeded.Count == 0 ? 0 : (time.GetUtcNow() - version.Idle).ToUnixTimeMilliseconds();

    /// <summary>From the tensors to the outputs, less what the runs themselves took.</summary>
    public static Total Queue(LoadedVersion version) =>
        new(version.Statistics.Model.Count, Math.Max(0, version.Statistics.Model.Nanoseconds - version.Runs.Nanoseconds));

    private byte[] Json(LoadedVersion[] versions)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("model_stats");
            foreach (var version in versions)
                Write(json, version);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.Written.ToArray();
    }

    private void Write(Utf8JsonWriter json, LoadedVersion version)
    {
        var statistics = version.Statistics;
        json.WriteStartObject();
        json.WriteString("name", version.Spec.Name);
        json.WriteString("version", version.Spec.Version);
        json.WriteNumber("last_inference", LastInference(version));
        json.WriteNumber("inference_count", statistics.Inferences);
        json.WriteNumber("execution_count", version.Runs.Count);
        json.WriteStartObject("inference_stats");
        Write(json, "success", statistics.Succeeded);
        Write(json, "fail", statistics.Failed);
        Write(json, "queue", Queue(version));
        Write(json, "compute_input", statistics.Input);
        Write(json, "compute_infer", version.Runs);
        Write(json, "compute_output", statistics.Output);
        Write(json, "cache_hit", statistics.CacheHits);
        Write(json, "cache_miss", statistics.CacheMisses);
        json.WriteEndObject();
        json.WriteStartArray("batch_stats");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Total total)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", total.Count);
        json.WriteNumber("ns", total.Nanoseconds);
        json.WriteEndObject();
    }
}
