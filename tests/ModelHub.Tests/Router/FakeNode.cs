using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Tests.Router;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Before">how many came on its connection before it, without probes</param>
internal sealed record FakeRequest(string Line, IReadOnlyDictionary<string, string> Headers, long BodyLength, string Body, int Before = 0);

/// <summary>
/// A node that answers what it is told to, byte by byte, on a real socket: dead, slow, lying, half-hearted. Probes get a
/// sound answer as long as it listens.
/// </summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private const int KeptBody = 4096;
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentBag<Socket> open = [];
    private TcpListener? listener;

    public FakeNode(Func<FakeRequest, Stream, CancellationToken, Task> answer, bool listens = true)
    {
        Answer = answer;
        Port = FreePorts.Neighbours(1);
        if (listens)
            Listen();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public Func<FakeRequest, Stream, CancellationToken, Task> Answer { get; set; }

    /// <summary>Whether it gives the id of a request back with the answer, as nodes do.</summary>
    public bool Echoes { get; init; } = true;

    /// <summary>All but probes.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public static FakeNode Saying(string body, int status = 200) => new((_, stream, ct) => WriteAsync(stream, Http(body, status), ct));

    public static FakeNode Hanging() => new((_, _, ct) => Task.Delay(Timeout.Infinite, ct));

    public static string Http(string body, int status = 200) =>
        $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static async Task WriteAsync(Stream stream, string raw, CancellationToken ct) => await stream.WriteAsync(Encoding.UTF8.GetBytes(raw), ct);

    public void Listen()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _ = AcceptAsync(listener);
    }

    /// <summary>As when the process is killed.</summary>
    public void Kill()
    {
        listener!.Stop();
        foreach (var socket in open)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener?.Stop();
        foreach (var socket in open)
            socket.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync(TcpListener on)
    {
        try
        {
            while (true)
            {
                var socket = await on.AcceptSocketAsync(end.Token);
                open.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Killed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new BufferedStream(stream);
            for (var before = 0; await ReadAsync(reader) is { } read;)
            {
                var request = read with { Before = before };
                if (request.Line.StartsWith("GET /v2/health/live", StringComparison.Ordinal))
                {
                    await WriteAsync(stream, Http("{}"), end.Token);
                    continue;
                }
                before++;
                Requests.Enqueue(request);
                var id = Echoes && request.Headers.TryGetValue("x-request-id", out var given) ? given : null;
                // Its end is not the connection's: it is let go, never closed.
                var echoing = new EchoingStream(stream, id);
                await Answer(request, echoing, end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The router hung up, or the test is over.
        }
    }

    private async Task<FakeRequest?> ReadAsync(BufferedStream reader)
    {
        if (await LineAsync(reader) is not { Length: > 0 } first)
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(reader) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        var length = headers.TryGetValue("Content-Length", out var said) ? long.Parse(said, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var (body, piece) = (new MemoryStream(), new byte[64 * 1024]);
        for (var left = length; left > 0;)
        {
            var n = await reader.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, left)), end.Token);
            if (n == 0)
                return null;
            body.Write(piece, 0, (int)Math.Min(n, KeptBody - Math.Min(KeptBody, body.Length)));
            left -= n;
        }
        return new FakeRequest(first, headers, length, Encoding.UTF8.GetString(body.ToArray()));
    }

    private async Task<string?> LineAsync(BufferedStream reader)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await reader.ReadAsync(one, end.Token) == 1)
        {
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        return null;
    }
}
