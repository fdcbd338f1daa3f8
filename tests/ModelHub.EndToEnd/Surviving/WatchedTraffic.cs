using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving;

/// <summary>
/// Steady traffic to one endpoint whose ledger keeps everything and whose windows are judged every ten seconds, with labels of every second request sent
/// meanwhile, again and again until they are taken; and the sums by which all of it is accounted for.
/// </summary>
internal sealed class WatchedTraffic : IDisposable
{
    private const int PerSecond = 40;
    private const int LabelsAtOnce = 50;
    public const int WindowSeconds = 10;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}""");

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ConcurrentQueue<string> unlabelled = new();
    private readonly Stack stack;
    private readonly string model;
    private DateTimeOffset begun = DateTimeOffset.UtcNow;
    private (long Sampled, long Stored, long Lost) before;
    private int number;

    private WatchedTraffic(Stack stack, string model)
    {
        (this.stack, this.model) = (stack, model);
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
    }

    public int Sent { get; private set; }

    public int Failed { get; private set; }

    public int Labelled { get; private set; }

    public int LabelsRefused { get; private set; }

    public static async Task<WatchedTraffic> ToAsync(Stack stack, string part, CancellationToken ct)
    {
        var model = await stack.ServedModelAsync(part, 3, ct);
        await stack.Admin.ChangeAsync("setEndpointLedger", new { model, environment = "staging", policy = new { share = 1.0, perSecond = 10_000 } }, "endpoint { revision }", ct);
        await stack.Admin.ChangeAsync("setEndpointMonitoring", new { model, environment = "staging", windowSeconds = WindowSeconds, minimumSamples = 30 }, "endpoint { revision }", ct);
        var traffic = new WatchedTraffic(stack, model);
        await Eventually.HoldsAsync("a request is kept", async () =>
        {
            await traffic.AskAsync(ct);
            return (await traffic.TotalsAsync(ct)).Stored > 0;
        }, TimeSpan.FromSeconds(30), ct);
        await traffic.BeginAsync(ct);
        return traffic;
    }

    /// <summary>What was asked before the ledger was in force, and in windows that are judged by now, is left out of the sums.</summary>
    private async Task BeginAsync(CancellationToken ct)
    {
        var asked = DateTimeOffset.UtcNow;
        await Eventually.HoldsAsync("a window behind the first requests is judged", async () =>
        {
            begun = (await WindowsAsync("requests.rate", ct)).Select(w => w.To).DefaultIfEmpty(begun).Max();
            return begun > asked;
        }, Settled, ct);
        before = await TotalsAsync(ct);
        (Sent, Failed) = (0, 0);
        unlabelled.Clear();
    }

    /// <summary>Asks at a steady rate and sends labels until <paramref name="meanwhile"/> is done.</summary>
    public async Task RunWhileAsync(Func<Task> meanwhile, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var labelling = LabelAsync(over.Token);
        var asking = AskSteadilyAsync(over.Token);
        await meanwhile();
        await over.CancelAsync();
        await asking;
        await labelling;
        while (await LabelSomeAsync(ct))
        {
            // What is left when the traffic has ended.
        }
    }

    /// <summary>Ends when so many more were asked.</summary>
    public Task MoreAsync(int requests, CancellationToken ct)
    {
        var until = Sent + requests;
        return Eventually.HoldsAsync($"{requests} more requests", () => Task.FromResult(Sent >= until), Settled, ct);
    }

    /// <summary>All that was sent is stored or admitted to be lost, every window stands once, none is missing and they hold every request, and each label is there once.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync(CancellationToken ct)
    {
        var end = DateTimeOffset.UtcNow;
        (long Sampled, long Stored, long Lost) totals = default;
        await Eventually.HoldsAsync("all that was sent is stored or lost", async () =>
        {
            var all = await TotalsAsync(ct);
            totals = (all.Sampled - before.Sampled, all.Stored - before.Stored, all.Lost - before.Lost);
            return totals.Stored + totals.Lost >= Sent && totals.Sampled >= Sent;
        }, Settled, ct);
        IReadOnlyList<(DateTimeOffset To, long Samples)> windows = [];
        await Eventually.HoldsAsync("the last window is judged", async () => (windows = await WindowsAsync("requests.rate", ct)).Count > 0 && windows[^1].To > end, Settled, ct);
        // Of all requests: a rate is that of the routers' seconds, which part at other moments.
        var counted = (await WindowsAsync("input.skipped_share", ct)).Sum(w => w.Samples);
        var endpoint = (await stack.Admin.AskAsync(
            "query($m: String!) { endpoint(model: $m, environment: \"staging\") { ledgerTotals { pendingLabels } predictions(labelled: true, first: 1) { totalCount } } }", new { m = model }, ct))["endpoint"]!;
        var (labelled, pending) = (endpoint["predictions"]!["totalCount"]!.GetValue<int>(), long.Parse(endpoint["ledgerTotals"]!["pendingLabels"]!.ToString(), CultureInfo.InvariantCulture));
        var faults = new List<string>();
        if (totals.Sampled != Sent || totals.Stored + totals.Lost != Sent)
            faults.Add($"{Sent} were sent; {totals.Sampled} sampled, {totals.Stored} stored and {totals.Lost} lost");
        if (counted != Sent)
            faults.Add($"{Sent} were sent; the windows hold {counted}");
        faults.AddRange(windows.Zip(windows.Skip(1)).Where(pair => pair.Second.To - pair.First.To != TimeSpan.FromSeconds(WindowSeconds))
            .Select(pair => $"after the window until {pair.First.To:T} came that until {pair.Second.To:T}"));
        if (totals.Lost == 0 && (labelled, pending) != (Labelled, 0))
            faults.Add($"{Labelled} were labelled; {labelled} are, and {pending} labels wait for their prediction");
        return faults;
    }

    public override string ToString() => $"{Sent} requests, {Failed} failed; {Labelled} labels, refused {LabelsRefused} times";

    public void Dispose() => http.Dispose();

    private async Task AskSteadilyAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            // Whoever is asked counts: the traffic ends between two requests.
            await AskAsync(CancellationToken.None);
            if (TimeSpan.FromSeconds(1.0 / PerSecond) - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } rest)
                await Task.Delay(rest, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"watched-{number++}");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, $"/staging/v2/models/{model}/infer")) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("x-request-id", id);
        using var answer = await http.SendAsync(request, ct);
        Sent++;
        Failed += answer.IsSuccessStatusCode ? 0 : 1;
        if (answer.IsSuccessStatusCode && number % 2 == 0)
            unlabelled.Enqueue(id);
    }

    private async Task LabelAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await LabelSomeAsync(CancellationToken.None);
            await Task.Delay(500, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends labels until they are taken: who hears nothing sends them again, and they count once.</summary>
    /// <returns>whether there were any</returns>
    private async Task<bool> LabelSomeAsync(CancellationToken ct)
    {
        var ids = new List<string>();
        while (ids.Count < LabelsAtOnce && unlabelled.TryDequeue(out var id))
            ids.Add(id);
        if (ids.Count == 0)
            return false;
        var observed = DateTimeOffset.UtcNow;
        for (var tries = 0; !await TakenAsync(ids, observed, ct); tries++)
        {
            LabelsRefused++;
            Assert.InRange(tries, 0, 600);
            await Task.Delay(250, ct);
        }
        Labelled += ids.Count;
        return true;
    }

    private async Task<bool> TakenAsync(IReadOnlyList<string> ids, DateTimeOffset observedAt, CancellationToken ct)
    {
        try
        {
            using var answer = await http.PostAsync(
                new Uri(stack.Api, "/api/v1/labels"), JsonContent.Create(new { model, environment = "staging", labels = ids.Select(id => new { request = id, value = 3, observedAt }) }), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            // It is away, or waits for the database for too long: they are sent again.
            return false;
        }
    }

    private async Task<(long Sampled, long Stored, long Lost)> TotalsAsync(CancellationToken ct)
    {
        var totals = (await stack.Admin.AskAsync(
            "query($m: String!) { endpoint(model: $m, environment: \"staging\") { ledgerTotals { sampled stored lost } } }", new { m = model }, ct))["endpoint"]!["ledgerTotals"]!;
        return (Of("sampled"), Of("stored"), Of("lost"));

        long Of(string name) => long.Parse(totals[name]!.ToString(), CultureInfo.InvariantCulture);
    }

    /// <summary>Those behind the begin, in the order of time.</summary>
    private async Task<IReadOnlyList<(DateTimeOffset To, long Samples)>> WindowsAsync(string measure, CancellationToken ct) =>
    [
        .. (await stack.Admin.AskAsync(
            "query($m: String!, $measure: String!, $from: DateTime!) { endpoint(model: $m, environment: \"staging\") { monitors(measure: $measure, from: $from) { windowTo samples } } }",
            new { m = model, measure, from = begun }, ct))["endpoint"]!["monitors"]!.AsArray().OfType<JsonNode>()
        .Select(value => (DateTimeOffset.Parse(value["windowTo"]!.GetValue<string>(), CultureInfo.InvariantCulture), long.Parse(value["samples"]!.ToString(), CultureInfo.InvariantCulture)))
        .Where(window => window.Item1 > begun).OrderBy(window => window.Item1),
    ];
}
