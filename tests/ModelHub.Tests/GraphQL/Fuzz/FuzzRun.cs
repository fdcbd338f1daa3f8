using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using ModelHub.GraphQL.Transport;
using ModelHub.GraphQL.Types;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>What a run saw. Memory is that of live objects, in bytes, after a tenth of the requests and at the end.</summary>
internal sealed record FuzzReport(
    int Requests, IReadOnlyDictionary<string, int> Kinds, IReadOnlyDictionary<int, int> Statuses, int Answered, TimeSpan Elapsed, TimeSpan Slowest, string SlowestKind,
    long MemoryEarly, long MemoryLate, IReadOnlyList<string> Faults);

/// <summary>
/// Sends requests through the engine's HTTP handler and holds every answer to the same: no exception, no 5xx, JSON with data or
/// errors, no inside of the server shown, and no second of time.
/// </summary>
internal sealed class FuzzRun(IServiceProvider services, ClaimsPrincipal user, int seed)
{
    private const int Workers = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StreamTime = TimeSpan.FromMilliseconds(30);
    private static readonly string[] Insides = ["   at ModelHub", "System.", "a secret of the server", "Exception:"];

    private readonly HttpTransport transport = services.GetRequiredService<HttpTransport>();
    private readonly ConcurrentDictionary<string, int> kinds = new();
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private readonly ConcurrentQueue<string> faults = new();
    private readonly Lock gate = new();
    private TimeSpan slowest;
    private string slowestKind = "";
    private int answered;

    public async Task<FuzzReport> RunAsync(Schema schema, int count, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var requests = new FuzzRequests(schema, seed);
        await SendAllAsync(requests, count / 10, ct);
        var early = GC.GetTotalMemory(forceFullCollection: true);
        await SendAllAsync(requests, count - (count / 10), ct);
        var late = GC.GetTotalMemory(forceFullCollection: true);
        return new FuzzReport(count, kinds, statuses, answered, clock.Elapsed, slowest, slowestKind, early, late, [.. faults]);
    }

    private async Task SendAllAsync(FuzzRequests requests, int count, CancellationToken ct)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync, ct)));

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) <= count && faults.Count < 20)
            {
                ct.ThrowIfCancellationRequested();
                FuzzRequest request;
                lock (gate)
                    request = requests.Next();
                await JudgeAsync(request);
            }
        }
    }

    private async Task JudgeAsync(FuzzRequest request)
    {
        kinds.AddOrUpdate(request.Kind, 1, (_, n) => n + 1);
        try
        {
            var (status, body, took) = await SendAsync(request);
            // A busy machine makes any request late once; a request that costs is late again.
            for (var again = 0; took > Patience && again < 2; again++)
                (status, body, took) = await SendAsync(request);
            Note(request, status, took);
            if (Fault(request, status, body, took) is { } fault)
                Report(request, fault);
        }
        catch (Exception e)
        {
            // Whatever leaves the handler is what the run looks for.
            Report(request, e.ToString());
        }
    }

    private async Task<(int Status, string Body, TimeSpan Took)> SendAsync(FuzzRequest request)
    {
        await using var scope = services.CreateAsyncScope();
        using var aborted = new CancellationTokenSource();
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = user, RequestAborted = aborted.Token };
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        http.Request.Method = request.Query is null ? "POST" : "GET";
        http.Request.QueryString = new QueryString(request.Query ?? "");
        http.Request.ContentType = request.ContentType;
        http.Request.Headers.Accept = request.Accept;
        http.Request.Body = new MemoryStream(request.Body);
        if (request.Accept.Contains("event-stream", StringComparison.Ordinal))
            aborted.CancelAfter(StreamTime);
        var clock = Stopwatch.StartNew();
        await transport.HandleAsync(http);
        var took = clock.Elapsed;
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return (http.Response.StatusCode, Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length), took);
    }

    private void Note(FuzzRequest request, int status, TimeSpan took)
    {
        statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
        lock (gate)
        {
            if (took > slowest)
                (slowest, slowestKind) = (took, request.Kind);
        }
    }

    private string? Fault(FuzzRequest request, int status, string body, TimeSpan took)
    {
        if (status >= 500)
            return $"status {status}";
        if (took > Patience)
            return $"took {took}, three times";
        if (Array.Find(Insides, inside => body.Contains(inside, StringComparison.Ordinal) && !Encoding.UTF8.GetString(request.Body).Contains(inside, StringComparison.Ordinal)) is { } shown)
            return $"shows {shown}";
        return request.Accept.Contains("event-stream", StringComparison.Ordinal) ? null : FaultOfJson(body);
    }

    private string? FaultOfJson(string body)
    {
        using var json = JsonDocument.Parse(body);
        var hasErrors = json.RootElement.TryGetProperty("errors", out var errors);
        if (json.RootElement.TryGetProperty("data", out _))
            Interlocked.Increment(ref answered);
        else if (!hasErrors)
            return "neither data nor errors";
        return hasErrors && errors.GetArrayLength() is 0 or > 20 ? $"{errors.GetArrayLength()} errors" : null;
    }

    private void Report(FuzzRequest request, string fault)
    {
        var text = request.Query ?? Encoding.UTF8.GetString(request.Body);
        faults.Enqueue($"{request.Kind}: {fault}\n{(text.Length > 2000 ? text[..2000] + "…" : text)}");
    }
}
