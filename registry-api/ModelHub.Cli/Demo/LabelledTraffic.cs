using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ModelHub.Cli.Demo;

/// <summary>One application as a V2 request, and what turns out later.</summary>
internal sealed record LabelledRow(byte[] Request, string Label);

/// <summary>
/// Applications at a steady rate, each with an id of its own; the label of each that was answered is posted within a second. A real loan's
/// label takes months: here it is early, and everything else is as it would be.
/// </summary>
internal sealed class LabelledTraffic : IAsyncDisposable
{
    private const int MostLabels = 5_000;
    private static readonly TimeSpan timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan labelEvery = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient http = new() { Timeout = timeout };
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<(string Request, string Label)> labels = [];
    private readonly string run = Guid.NewGuid().ToString("N")[..8];
    private readonly LabelledPlace place;
    private readonly int perSecond;
    private readonly Task sending;
    private readonly Task labelling;
    private volatile IReadOnlyList<LabelledRow> rows;
    private long sent;
    private long failed;
    private long labelled;
    private volatile string? firstFault;

    private LabelledTraffic(LabelledPlace place, string token, int perSecond, IReadOnlyList<LabelledRow> rows)
    {
        (this.place, this.perSecond, this.rows) = (place, perSecond, rows);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        sending = Task.Run(SendAsync);
        labelling = Task.Run(LabelAsync);
    }

    public long Sent => Interlocked.Read(ref sent);

    public long Failed => Interlocked.Read(ref failed);

    public long Labelled => Interlocked.Read(ref labelled);

    public string FirstFault => firstFault ?? "";

    public static LabelledTraffic Start(LabelledPlace place, string token, int perSecond, IReadOnlyList<LabelledRow> rows) => new(place, token, perSecond, rows);

    /// <summary>From now on others apply.</summary>
    public void Change(IReadOnlyList<LabelledRow> others) => rows = others;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(sending, labelling);
        http.Dispose();
        stopping.Dispose();
    }

    private async Task SendAsync()
    {
        var clock = Stopwatch.StartNew();
        var underWay = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (long number = 0; !stopping.IsCancellationRequested; await ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            underWay.RemoveAll(task => task.IsCompletedSuccessfully);
            for (; number < clock.Elapsed.TotalSeconds * perSecond; number++)
            {
                var now = rows;
                underWay.Add(RequestAsync(now[(int)(number % now.Count)], string.Create(CultureInfo.InvariantCulture, $"{run}-{number}")));
            }
        }

        await Task.WhenAll(underWay);
    }

    private async Task RequestAsync(LabelledRow row, string id)
    {
        Interlocked.Increment(ref sent);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, place.Infer) { Content = new ByteArrayContent(row.Request) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("x-request-id", id);
            using var answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
                labels.Enqueue((id, row.Label));
            else
                Fault($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            Fault(fault.Message);
        }
    }

    private async Task LabelAsync()
    {
        using var ticks = new PeriodicTimer(labelEvery);
        while (!stopping.IsCancellationRequested)
        {
            await ticks.WaitForNextTickAsync(CancellationToken.None);
            var taken = new List<(string Request, string Label)>();
            while (taken.Count < MostLabels && labels.TryDequeue(out var label))
                taken.Add(label);
            if (taken.Count > 0)
                await PostAsync(taken);
        }
    }

    private async Task PostAsync(List<(string Request, string Label)> taken)
    {
        var body = new JsonObject
        {
            ["model"] = place.Model,
            ["environment"] = place.Environment,
            ["source"] = "demo",
            ["labels"] = new JsonArray([.. taken.Select(label => new JsonObject { ["request"] = label.Request, ["value"] = label.Label })]),
        };
        try
        {
            using var content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
            using var answer = await http.PostAsync(place.Labels, content);
            if (answer.IsSuccessStatusCode)
                Interlocked.Add(ref labelled, taken.Count);
            else
                Fault($"labels: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            Fault($"labels: {fault.Message}");
        }
    }

    private void Fault(string what)
    {
        firstFault ??= what;
        Interlocked.Increment(ref failed);
    }
}

/// <summary>Where applications go, and where their labels are posted.</summary>
internal sealed record LabelledPlace(string Model, string Environment, Uri Infer, Uri Labels);
