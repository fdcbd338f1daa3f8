using System.Buffers;
using System.Globalization;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Inference.V2;
using ModelHub.Node.Fields;

namespace ModelHub.Node.Serving;

/// <summary>From the bytes of a request to its tensors, in V2 form and as rows of named fields.</summary>
internal sealed class ReadRequest(NodeOptions options)
{
    public const string JsonLength = "Inference-Header-Content-Length";

    // Reading more than this takes longer than the thread of the socket should be kept.
    private const long LargeBody = 64 * 1024;

    public async ValueTask<Refused?> BodyAsync(HttpContext context, LoadedVersion version, Slot slot, bool rows)
    {
        var body = await RequestBody.ReadAsync(context, slot.Buffer, options.Limits.BodyBytes);
        if (body.Status is { } status)
            return Unread(status);
        if (body.Bytes.Length > LargeBody)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var fault = Tensors(context, body.Bytes, version, slot.Request, rows);
        body.Done();
        return fault is null ? null : new Refused(400, fault.Message);
    }

    /// <summary>Why a body was not taken.</summary>
    public Refused Unread(int status) => new(status, status switch
    {
        413 => $"The request has more than {options.Limits.BodyBytes} bytes.",
        415 => "The only content encoding taken is gzip.",
        _ => "The body is not valid gzip.",
    });

    public RequestFault? Tensors(HttpContext context, ReadOnlySequence<byte> body, LoadedVersion version, InferRequest into, bool rows) =>
        (rows ? Rows(context, body, version, into) : V2(context, body, version, into)) ?? Deadline.Read(context, into);

    private RequestFault? Rows(HttpContext context, ReadOnlySequence<byte> body, LoadedVersion version, InferRequest into) =>
        version.Plan is not { } plan ? version.PlanFault : RowsReader.Read(body, plan, options.Limits, into) ?? JudgeFields.Run(context, version, into);

    private RequestFault? V2(HttpContext context, ReadOnlySequence<byte> body, LoadedVersion version, InferRequest into)
    {
        int? jsonBytes = null;
        if (context.Request.Headers.TryGetValue(JsonLength, out var text))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return new RequestFault($"{JsonLength} must be a whole number.");
            jsonBytes = length;
        }
        return InferReader.Read(body, jsonBytes, version.Spec, options.Limits, into);
    }
}
