using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>How a candidate goes bad.</summary>
internal enum Badness
{
    None,
    Fails,
    IsSlow,
}

/// <summary>
/// A model server of which candidates are served: it gives the answers of a good version until it is told to go bad, and notes when the first bad
/// answer left and when the last request came.
/// </summary>
internal sealed class BadServer : IAsyncDisposable
{
    private const int Tries = 20;
    private static readonly TimeSpan delay = TimeSpan.FromMilliseconds(200);

    private readonly HttpListener listener;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Task answering;
    private JsonNode signature = new JsonObject();
    private Uri? good;
    private long firstBad;
    private long lastRequest;
    private long requests;
    private volatile Badness how;

    private BadServer(HttpListener listener, int port)
    {
        this.listener = listener;
        Authority = $"127.0.0.1:{port}";
        answering = Task.Run(AnswerAsync);
    }

    public string Authority { get; }

    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Since the last request came.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref lastRequest));

    /// <summary>From the first bad answer to the last request; null when no answer was bad.</summary>
    public TimeSpan? Exposed => Interlocked.Read(ref firstBad) is var bad and not 0 ? Stopwatch.GetElapsedTime(bad, Math.Max(bad, Interlocked.Read(ref lastRequest))) : null;

    public static BadServer Start()
    {
        for (var left = Tries; ; left--)
        {
            var port = FreePort();
            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                listener.Start();
                return new BadServer(listener, port);
            }
            catch (HttpListenerException) when (left > 1)
            {
                // Somebody else was faster: another port.
                listener.Close();
            }
        }
    }

    /// <summary>Answers well from now on, with nothing noted.</summary>
    /// <param name="from">Where the good version is asked for what it gives.</param>
    /// <param name="token">Who may choose the version that answers.</param>
    /// <param name="describedBy">Inputs and outputs of the good version.</param>
    public void Begin(Uri from, string token, JsonNode describedBy)
    {
        (good, signature, how) = (from, describedBy, Badness.None);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Interlocked.Exchange(ref firstBad, 0);
        Interlocked.Exchange(ref requests, 0);
    }

    public void GoBad(Badness with) => how = with;

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await answering;
        http.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private async Task AnswerAsync()
    {
        var open = new List<Task>();
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                open.RemoveAll(task => task.IsCompleted);
                open.Add(AnswerAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed: what is still open ends by itself.
                break;
            }
        }
        await Task.WhenAll(open);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var (status, body) = context.Request.HttpMethod == "POST" ? await InferAsync(context.Request) : (200, Described());
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or HttpRequestException or TaskCanceledException or IOException)
        {
            // The node went away, or the good version did: the node is told by the broken connection.
            context.Response.Abort();
        }
    }

    private async Task<(int Status, byte[] Body)> InferAsync(HttpListenerRequest request)
    {
        Interlocked.Exchange(ref lastRequest, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref requests);
        var now = how;
        using var content = new StreamContent(request.InputStream);
        content.Headers.ContentType = new("application/json");
        using var answer = await http.PostAsync(good, content);
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (now == Badness.IsSlow)
            await Task.Delay(delay);
        if (now != Badness.None)
            Interlocked.CompareExchange(ref firstBad, Stopwatch.GetTimestamp(), 0);
        return now == Badness.Fails ? (500, """{"error":"it fails from now on"}"""u8.ToArray()) : ((int)answer.StatusCode, body);
    }

    private byte[] Described() => Encoding.UTF8.GetBytes(
        new JsonObject { ["name"] = "bad", ["inputs"] = signature["inputs"].Copy(), ["outputs"] = signature["outputs"].Copy() }.ToJsonString());
}
