using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;

namespace ModelHub.Router.Recording;

/// <summary>A request and its answer, copied so that they can be read later. Reused.</summary>
internal sealed class TakenRequest : IDisposable
{
    public const string Inputs = "inputs";
    public const string Outputs = "outputs";

    /// <summary>The same values may take so much more room as they came than as they are told: blanks, digits, names in each row.</summary>
    private const int Room = 4;
    private const int KeptBytes = 16 * 1024;
    private readonly PooledBuffer asked = new();
    private readonly PooledBuffer answered = new();
    private PassedHeaders headers;
    private string? encoding;
    private string? jsonLength;
    private string? inputsMissing;
    private string? outputsMissing;
    private bool areMessages;
    private RouteVariant variant = null!;
    private string id = "";
    private int status;
    private double milliseconds;
    private DateTimeOffset at;

    public LedgerRule Rule { get; private set; } = null!;

    /// <summary>What it is counted with while it waits.</summary>
    public int Bytes => asked.Count + answered.Count;

    public void Take(LedgerRule rule, RouteVariant by, Exchange exchange, int ended, DateTimeOffset now)
    {
        (Rule, variant, id, status) = (rule, by, exchange.RequestId, ended);
        milliseconds = Stopwatch.GetElapsedTime(exchange.Started).TotalMilliseconds;
        at = now.AddMilliseconds(-milliseconds);
        (areMessages, headers, encoding, jsonLength) = (exchange.IsMessage, exchange.Headers, exchange.Head.ContentEncoding, exchange.Head.JsonLength);
        inputsMissing = exchange.Flow is not null || exchange.Body.Length > rule.Bytes * Room ? $"{Inputs} take more than {rule.Bytes} bytes" : null;
        outputsMissing = status >= 400 ? "" : exchange.Rest is not null || exchange.Answer.Count > rule.Bytes * Room ? $"{Outputs} take more than {rule.Bytes} bytes" : null;
        if (inputsMissing is null)
            Copy(exchange.Body.Span, asked);
        if (outputsMissing is null)
            Copy(exchange.Answer.Written.Span, answered);
    }

    public PredictionRecord Read()
    {
        var inputs = Read(Inputs, inputsMissing, asked.Written, headers.ContentEncoding, headers.JsonLength);
        var outputs = Read(Outputs, outputsMissing, answered.Written, encoding, jsonLength);
        var omitted = string.Join("; ", new[] { inputs.Omitted, outputs.Omitted }.Where(reason => reason is { Length: > 0 }));
        return new(
            Rule.Tap.Endpoint, variant.VariantId, variant.VersionId, id, at, milliseconds, status, Math.Min(PredictionRecord.MostRows, Math.Max(inputs.Rows, outputs.Rows)),
            inputs.Json, outputs.Json, omitted.Length == 0 ? null : omitted);
    }

    public void Clear()
    {
        (headers, encoding, jsonLength, id) = (default, null, null, "");
        asked.Trim(KeptBytes);
        answered.Trim(KeptBytes);
    }

    public void Dispose()
    {
        asked.Dispose();
        answered.Dispose();
    }

    private ToldRows Read(string side, string? missing, ReadOnlyMemory<byte> bytes, string? coding, string? json) =>
        missing is not null ? new(null, 1, missing)
        : areMessages ? ReadRequest.OfMessage(bytes, side, Rule)
        : ReadRequest.Of(bytes, coding, json, side, Rule);

    private static void Copy(ReadOnlySpan<byte> from, PooledBuffer to)
    {
        from.CopyTo(to.GetSpan(from.Length + 1));
        to.Advance(from.Length);
    }
}
