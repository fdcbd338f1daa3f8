using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

/// <summary>Which requests of an endpoint are told one by one, and what of them.</summary>
/// <param name="Share">of the requests that are answered; those that fail are always told</param>
/// <param name="PerSecond">at most so many answered ones a second, of each router</param>
/// <param name="Bytes">inputs or outputs that take more are left out</param>
/// <param name="Redacted">fields whose values are left out; <c>*</c>: all inputs</param>
/// <param name="Hashed">fields whose values are replaced by a hash with <paramref name="Key"/></param>
public sealed record RouteLedger(double Share, int PerSecond, int Bytes, string[]? Redacted = null, string[]? Hashed = null, byte[]? Key = null)
{
    /// <summary>Never prints the key.</summary>
    public override string ToString() => $"ledger of {Share}";
}

/// <summary>One request and its answer.</summary>
/// <param name="At">when it came</param>
/// <param name="Rows">how many rows it asks for</param>
/// <param name="Inputs">a list of one object of named values per row; null when left out</param>
/// <param name="Outputs">the same of the answer</param>
/// <param name="Omitted">why inputs or outputs are missing</param>
public sealed record PredictionRecord(
    Guid EndpointId,
    Guid VariantId,
    Guid VersionId,
    string RequestId,
    DateTimeOffset At,
    double Milliseconds,
    int Status,
    int Rows,
    [property: JsonConverter(typeof(RawJson))] string? Inputs = null,
    [property: JsonConverter(typeof(RawJson))] string? Outputs = null,
    string? Omitted = null)
{
    /// <summary>Of inputs and of outputs, in bytes; so two of them, whatever they hold, fit into a message.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>A request with more is told without them.</summary>
    public const int MostRows = 1_000;

    public const int MostOmitted = 200;
}

/// <summary>What became of an endpoint's requests that were to be told, since this router started: sent and dropped ones together, and the dropped ones.</summary>
public sealed record RecordCounts(Guid EndpointId, long Sampled, long Dropped);

/// <summary>Requests one by one. The same number of a run sent twice counts once; one that gets lost shows in the counts of the next.</summary>
/// <param name="Run">each start of a router is another</param>
/// <param name="Counts">of the endpoints for which they have changed</param>
public sealed record PredictionRecords(Guid Run, long Number, PredictionRecord[] Items, RecordCounts[] Counts) : UpMessage
{
    public const int MostItems = 1_000;

    /// <summary>Of all inputs and outputs of a message together, unless it has only one item.</summary>
    public const int MostBytes = 512 * 1024;
}

/// <summary>JSON within JSON, as it is; a text on our side.</summary>
internal sealed class RawJson : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}
