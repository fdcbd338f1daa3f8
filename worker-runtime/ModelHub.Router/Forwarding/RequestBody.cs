namespace ModelHub.Router.Forwarding;

/// <summary>Takes in a body that can be held whole, so that it can be sent a second time; a larger one is left to flow.</summary>
internal static class RequestBody
{
    /// <returns>false when it is larger than allowed</returns>
    public static async ValueTask<bool> ReadAsync(HttpContext context, Exchange exchange, RouterOptions options)
    {
        var length = context.Request.ContentLength;
        if (length > options.Bytes)
            return false;
        var body = exchange.BeginBody();
        if (length == 0)
            return true;
        if (length <= options.HeldBytes)
            body.GetSpan((int)length);
        var reader = context.Request.BodyReader;
        var flows = length > options.HeldBytes;
        while (!flows)
        {
            var read = await reader.ReadAsync();
            foreach (var piece in read.Buffer)
            {
                piece.Span.CopyTo(body.GetSpan(Math.Max(1, piece.Length)));
                body.Advance(piece.Length);
            }
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return true;
            flows = exchange.Body.Length > options.HeldBytes;
        }
        (exchange.Flow, exchange.FlowLength) = (reader.AsStream(leaveOpen: true), length);
        return true;
    }
}
