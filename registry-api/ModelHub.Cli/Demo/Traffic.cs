using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ModelHub.Cli.Demo;

/// <summary>
/// Requests at a fixed rate, whether or not answers come (open loop), each answer compared with the trainer's own. A request
/// counts from the moment it was due, so that a stall is seen in full.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const double Tolerance = 1e-5;
    private static readonly TimeSpan timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly Uri endpoint;
    private readonly int perSecond;
    private readonly CancellationTokenSource stopping = new();
    private readonly TrafficCounts counts = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, IReadOnlyList<KnownAnswer>> known = [];
    private readonly Task sending;
    private IReadOnlyList<KnownAnswer> rows;
    private string rowsOf;

    private Traffic(Uri endpoint, string token, int perSecond, int version, IReadOnlyList<KnownAnswer> answers)
    {
        http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) }) { Timeout = timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        this.endpoint = endpoint;
        this.perSecond = perSecond;
        rows = answers;
        rowsOf = Key(version);
        known[rowsOf] = answers;
        sending = Task.Factory.StartNew(SendAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    public static Traffic Start(Uri endpoint, string token, int perSecond, int version, IReadOnlyList<KnownAnswer> answers) => new(endpoint, token, perSecond, version, answers);

    /// <summary>From now on sends the applications whose answers by this version are known.</summary>
    public void Expect(int version, IReadOnlyList<KnownAnswer> answers)
    {
        lock (gate)
        {
            rowsOf = Key(version);
            rows = known[rowsOf] = answers;
        }
    }

    /// <summary>Counts from here on; what is still under way belongs to the window it was sent in.</summary>
    public TrafficWindow Open() => counts.Open();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sending;
        http.Dispose();
        stopping.Dispose();
    }

    private static string Key(int version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task SendAsync()
    {
        var clock = Stopwatch.StartNew();
        var underWay = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (long sent = 0; !stopping.IsCancellationRequested; await ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            underWay.RemoveAll(task => task.IsCompletedSuccessfully);
            for (; sent < clock.Elapsed.TotalSeconds * perSecond; sent++)
                underWay.Add(RequestAsync(sent, Stopwatch.GetTimestamp() - Late(clock, sent)));
        }

        await Task.WhenAll(underWay);
    }

    // How long ago this request was due, in ticks of the stopwatch.
    private long Late(Stopwatch clock, long number) => (long)((clock.Elapsed.TotalSeconds - number / (double)perSecond) * Stopwatch.Frequency);

    private async Task RequestAsync(long number, long due)
    {
        KnownAnswer row;
        string expected;
        lock (gate)
        {
            row = rows[(int)(number % rows.Count)];
            expected = rowsOf;
        }

        var window = counts.Sent();
        try
        {
            using var content = new ByteArrayContent(row.Request);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync(endpoint, content);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode)
            {
                window.Failed($"{(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
                return;
            }

            var (probability, version) = KnownAnswers.ReadAnswer(body);
            // In the moment of a switch another version answers than the one whose answers are at hand.
            bool? right = version == expected ? Math.Abs(probability - row.Probability) <= Tolerance : null;
            window.Answered(Stopwatch.GetElapsedTime(due), right, $"version {version} gave {probability}, its trainer {row.Probability}");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or JsonException)
        {
            window.Failed(fault.Message);
        }
    }
}
