using System.Net;
using ModelHub.Inference;

namespace ModelHub.Router.Forwarding;

/// <summary>A request as it goes to a node: everything but the node.</summary>
internal sealed record Ask(HttpMethod Method, string Path, ReadOnlyMemory<byte> Body, string? ContentType, string? ContentEncoding, string? JsonLength, string RequestId);

/// <summary>Sends a request to one node and waits for its answer.</summary>
internal sealed class TryNode(NodeClient client)
{
    /// <summary>Answers up to this size are held until they are complete, so that a node dying in the middle costs nothing.</summary>
    private const int Held = 4 * 1024 * 1024;

    private const string JsonLength = "Inference-Header-Content-Length";

    public async Task<Attempt> SendAsync(NodeLink node, Ask ask, PooledBuffer buffer, CancellationToken deadline)
    {
        HttpResponseMessage? response = null;
        node.Enter();
        try
        {
            using var request = Request(node, ask);
            response = await client.Invoker.SendAsync(request, deadline);
            // 401 and 403 are about us, not the caller, whom we let in: the node has not heard of our key yet.
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                return new Attempt(AttemptEnd.Unready, response, default);
            return await ReadAsync(response, buffer, deadline);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            response?.Dispose();
            return new Attempt(AttemptEnd.Unreachable, null, default);
        }
        catch (OperationCanceledException)
        {
            response?.Dispose();
            return new Attempt(AttemptEnd.TimedOut, null, default);
        }
        finally
        {
            node.Leave();
        }
    }

    private static async Task<Attempt> ReadAsync(HttpResponseMessage response, PooledBuffer buffer, CancellationToken deadline)
    {
        buffer.Clear();
        var stream = await response.Content.ReadAsStreamAsync(deadline);
        for (int n; (n = await stream.ReadAsync(buffer.GetMemory(16 * 1024), deadline)) > 0;)
        {
            buffer.Advance(n);
            if (buffer.Count > Held)
                return new Attempt(AttemptEnd.Answered, response, buffer.Written) { Rest = stream };
        }
        return new Attempt(AttemptEnd.Answered, response, buffer.Written);
    }

    private HttpRequestMessage Request(NodeLink node, Ask ask)
    {
        var request = new HttpRequestMessage(ask.Method, node.Address + ask.Path);
        request.Headers.TryAddWithoutValidation("Authorization", client.Bearer);
        request.Headers.TryAddWithoutValidation("x-request-id", ask.RequestId);
        if (ask.Method != HttpMethod.Post)
            return request;
        request.Content = new ReadOnlyMemoryContent(ask.Body);
        if (ask.ContentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ask.ContentType);
        if (ask.ContentEncoding is { Length: > 0 })
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", ask.ContentEncoding);
        if (ask.JsonLength is { Length: > 0 })
            request.Headers.TryAddWithoutValidation(JsonLength, ask.JsonLength);
        return request;
    }
}
