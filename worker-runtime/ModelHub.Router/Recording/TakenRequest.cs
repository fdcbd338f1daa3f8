using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Grpc;

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

    /// <param name="call">over gRPC; null over REST</param>
    public void Take(LedgerRule rule, RouteVariant by, Exchange exchange, int ended, DateTimeOffset now, GrpcExchange? call)
    {
        (Rule, variant, id, status) = (rule, by, exchange.RequestId, ended);
        milliseconds = Stopwatch.GetElapsedTime(exchange.Started).TotalMilliseconds;
        at = now.AddMilliseconds(-milliseconds);
        areMessages = call is not null;
        if (call is { } whole)
        {
            Copy(whole.Asked.Span, flows: false, whole.Answer.Said, rest: false);
            return;
        }
        (headers, encoding, jsonLength) = (exchange.Headers, exchange.Head.ContentEncoding, exchange.Head.JsonLength);
        Copy(exchange.Body.Span, exchange.Flow is not null, exchange.Answer.Written.Span, exchange.Rest is not null);
    }

    public PredictionRecord Read()
    {
        var inputs = inputsMissing is not null ? new(null, 1, inputsMissing)
            : areMessages ? ReadRequest.OfMessage(asked.Written, Inputs, Rule)
            : ReadRequest.Of(asked.Written, headers.ContentEncoding, headers.JsonLength, Inputs, Rule);
        var outputs = outputsMissing is not null ? new(null, 1, outputsMissing)
            : areMessages ? ReadRequest.OfMessage(answered.Written, Outputs, Rule)
            : ReadRequest.Of(answered.Written, encoding, jsonLength, Outputs, Rule);
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

    private void Copy(ReadOnlySpan<byte> request, bool flows, ReadOnlySpan<byte> answer, bool rest)
    {
        inputsMissing = flows || request.Length > Rule.Bytes * Room ? $"{Inputs} take more than {Rule.Bytes} bytes" : null;
        outputsMissing = status >= 400 ? "" : rest || answer.Length > Rule.Bytes * Room ? $"{Outputs} take more than {Rule.Bytes} bytes" : null;
        if (inputsMissing is null)
            Copy(request, asked);
        if (outputsMissing is null)
            Copy(answer, answered);
    }

    private static void Copy(ReadOnlySpan<byte> from, PooledBuffer to)
    {
        from.CopyTo(to.GetSpan(from.Length + 1));
        to.Advance(from.Length);
    }
}
