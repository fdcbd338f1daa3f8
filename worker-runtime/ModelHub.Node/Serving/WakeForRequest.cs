using System.Buffers;
using System.Diagnostics;
using ModelHub.Inference;

namespace ModelHub.Node.Serving;

/// <summary>A version for a request that had to wait for it.</summary>
/// <param name="Waited">of the caller's time</param>
internal readonly record struct Woken(LoadedVersion Version, TimeSpan Waited);

/// <summary>
/// Holds a request while its version is loaded, for no longer than its caller waits. A V2 request says that in its body, so
/// the body is read before; one that could not be answered wakes nobody.
/// </summary>
internal sealed class WakeForRequest(Admission admission, ReadRequest read, NodeOptions options)
{
    /// <param name="asleep">which the caller has entered</param>
    /// <exception cref="Runtimes.RunException">too many are held, the deadline came first, or it cannot be loaded now</exception>
    public async ValueTask<(Woken Woken, Refused? Refused)> RunAsync(HttpContext context, LoadedVersion asleep, bool rows)
    {
        var came = Stopwatch.GetTimestamp();
        var request = new InferRequest();
        Refused? refused;
        try
        {
            refused = await ReadAsync(context, asleep, request, rows);
        }
        finally
        {
            asleep.Leave();
        }
        return refused is null ? (await admission.WakeAsync(asleep, request.Timeout, came, context.RequestAborted), null) : (default, refused);
    }

    private async ValueTask<Refused?> ReadAsync(HttpContext context, LoadedVersion asleep, InferRequest request, bool rows)
    {
        using var buffer = new PooledBuffer();
        var body = await RequestBody.ReadAsync(context, buffer, options.Limits.BodyBytes);
        if (body.Status is { } status)
            return read.Unread(status);
        var bytes = body.Bytes.ToArray();
        body.Done();
        var fault = read.Tensors(context, new ReadOnlySequence<byte>(bytes), asleep, request, rows);
        // Read once more when the version is there to take the tensors.
        context.Request.Body = new MemoryStream(bytes);
        context.Request.Headers.Remove("Content-Encoding");
        return fault is null ? null : new Refused(400, fault.Message);
    }
}
