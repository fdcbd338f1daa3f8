using System.Buffers;
using ModelHub.Inference;

namespace ModelHub.Router.Forwarding;

/// <summary>Takes in the whole body, so that it can be sent a second time.</summary>
internal static class RequestBody
{
    /// <returns>false when it is larger than allowed</returns>
    public static async ValueTask<bool> ReadAsync(HttpContext context, PooledBuffer into, int limit)
    {
        if (context.Request.ContentLength > limit)
            return false;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (into.Count + read.Buffer.Length > limit)
                return false;
            foreach (var piece in read.Buffer)
                into.Write(piece.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return true;
        }
    }
}
