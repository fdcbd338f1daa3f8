using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Inference.Remote;

namespace ModelHub.Node.Runtimes.Remote;

/// <summary>One request to the model's server and its answer.</summary>
internal sealed class RemoteRun(ModelSpec spec, HttpClient server, Dialect dialect) : RuntimeRun
{
    private const int MessageLength = 500;

    private readonly ReceivedTensor[] outputs = [.. spec.Outputs.Select(_ => new ReceivedTensor())];
    private readonly PooledBuffer body = new();

    public override async ValueTask ExecuteAsync(TimeSpan limit, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stop.CancelAfter(limit);
        try
        {
            using var asked = Ask();
            using var answer = await server.SendAsync(asked, stop.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(stop.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw Refused(answer.StatusCode, bytes);
            dialect.Read(bytes, JsonBytes(answer), spec, Request, outputs);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RunException(RunFault.TimedOut, $"The model did not answer within {limit.TotalSeconds:0.###} seconds.", e);
        }
        catch (HttpRequestException e)
        {
            throw new RunException(RunFault.Unavailable, "The model's server cannot be reached now.", e);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new RunException(RunFault.Failed, $"The model's server is not understood: {e.Message}.", e);
        }
    }

    public override OutputTensor Output(int index) => outputs[index].Output;

    public override void Clear()
    {
        body.Dispose();
        foreach (var output in outputs)
            output.Dispose();
    }

    public override void Dispose() => Clear();

    private HttpRequestMessage Ask()
    {
        body.Clear();
        var jsonBytes = dialect.Write(spec, Request, body);
        var content = new ReadOnlyMemoryContent(body.Written);
        content.Headers.ContentType = new MediaTypeHeaderValue(jsonBytes is null ? "application/json" : "application/octet-stream");
        if (jsonBytes is { } length)
            content.Headers.Add(Dialect.JsonLength, length.ToString(CultureInfo.InvariantCulture));
        return new HttpRequestMessage(HttpMethod.Post, dialect.InferPath) { Content = content };
    }

    private static int? JsonBytes(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues(Dialect.JsonLength, out var values) && !answer.Content.Headers.TryGetValues(Dialect.JsonLength, out values))
            return null;
        return int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : throw new InvalidDataException($"a {Dialect.JsonLength} that is no number");
    }

    private static RunException Refused(HttpStatusCode status, byte[] body) => new(
        status switch
        {
            HttpStatusCode.TooManyRequests => RunFault.Overloaded,
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable => RunFault.Unavailable,
            HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout => RunFault.TimedOut,
            _ => RunFault.Failed,
        },
        $"The model's server answered {(int)status}: {Reason(body)}");

    private static string Reason(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var name in (string[])["error", "message"])
                if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
                    return text.GetString()! is { Length: > MessageLength } longer ? longer[..MessageLength] : text.GetString()!;
        }
        catch (JsonException)
        {
            // An error page of something in between: its status says enough.
        }
        return "no reason given";
    }
}
