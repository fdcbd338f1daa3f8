using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>What a web server promises its callers, on the sockets that loops of our own wait for and on the framework's.</summary>
public sealed class ServedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Requests_of_one_connection_are_answered_in_turn_also_when_they_come_at_once(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, context => context.Response.WriteAsync(context.Request.Path));
        using var caller = await server.ConnectAsync(Ct);

        await caller.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => $"GET /{i} HTTP/1.1\r\nHost: x\r\n\r\n"))), Ct);

        await ReadUntilAsync(caller, text => Enumerable.Range(0, 50).All(i => text.Contains($"/{i}\r\n", StringComparison.Ordinal)));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_request_that_comes_byte_by_byte_is_whole(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, async context => await context.Response.WriteAsync("got " + await new StreamReader(context.Request.Body).ReadToEndAsync(Ct)));
        using var caller = await server.ConnectAsync(Ct);

        foreach (var one in "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"u8.ToArray())
            await caller.SendAsync(new[] { one }, Ct);

        await ReadUntilAsync(caller, text => text.Contains("got hello", StringComparison.Ordinal));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Small_answers_in_pieces_from_other_threads_come_whole_and_each_to_its_caller(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, async context =>
        {
            await context.Response.WriteAsync("a" + context.Request.Path);
            await context.Response.Body.FlushAsync(Ct);
            await Task.Yield();
            await context.Response.WriteAsync("b" + context.Request.Path);
            await context.Response.Body.FlushAsync(Ct);
            await context.Response.WriteAsync("c");
        });
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Soon };

        await Parallel.ForEachAsync(Enumerable.Range(0, 4000), new ParallelOptions { MaxDegreeOfParallelism = 48, CancellationToken = Ct }, async (i, ct) =>
            Assert.Equal($"a/{i}b/{i}c", await http.GetStringAsync(new Uri($"/{i}", UriKind.Relative), ct)));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Answers_and_ends_of_many_at_once_are_not_lost(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, context => context.Response.WriteAsync("all of it"));
        var callers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => server.ConnectAsync(Ct)));

        await Task.WhenAll(callers.Select(caller => caller.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct).AsTask()));

        foreach (var caller in callers)
            using (caller)
                await ReadUntilAsync(caller, text => text.Contains("all of it", StringComparison.Ordinal));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Large_bodies_go_both_ways_unharmed_on_many_connections_at_once(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, context => context.Request.Body.CopyToAsync(context.Response.Body, Ct), sets: o => o.Limits.MinResponseDataRate = null);
        using var http = new HttpClient { Timeout = Soon };
        var body = RandomNumberGenerator.GetBytes((3 << 20) + 17);

        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Ct }, async (_, ct) =>
        {
            using var answer = await http.PostAsync(server.Address, new ByteArrayContent(body), ct);
            Assert.Equal(SHA256.HashData(body), SHA256.HashData(await answer.Content.ReadAsByteArrayAsync(ct)));
        });
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Who_does_not_read_holds_the_server_back_and_gets_all_in_the_end(bool polled)
    {
        const int Bytes = 64 << 20;
        var written = 0L;
        await using var server = await SocketServer.StartAsync(polled, async context =>
        {
            var piece = new byte[64 * 1024];
            for (var sent = 0; sent < Bytes; sent += piece.Length)
            {
                await context.Response.Body.WriteAsync(piece, Ct);
                Interlocked.Add(ref written, piece.Length);
            }
        }, sets: o => o.Limits.MinResponseDataRate = null);
        using var caller = await server.ConnectAsync(Ct);
        caller.ReceiveBufferSize = 64 * 1024;

        await caller.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), Ct);
        var (last, same) = (0L, 0);
        await Eventually.Holds(() =>
        {
            var now = Interlocked.Read(ref written);
            (last, same) = (now, now > 0 && now == last ? same + 1 : 0);
            return same == 10;
        }, what: "the server stands still, look after look");
        Assert.InRange(Interlocked.Read(ref written), 1, Bytes / 2);
        var read = await ReadToEndAsync(caller);

        Assert.InRange(read, Bytes, Bytes + 1024);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_caller_that_goes_is_noticed_while_its_request_is_worked_on(bool polled)
    {
        var noticed = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var server = await SocketServer.StartAsync(polled, async context =>
        {
            started.SetResult();
            await context.RequestAborted.WaitHandleAsync();
            noticed.SetResult();
        });
        var caller = await server.ConnectAsync(Ct);

        await caller.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Ct);
        await started.Task.WaitAsync(Soon, Ct);
        caller.Dispose();

        await noticed.Task.WaitAsync(Soon, Ct);
    }

    [Theory, InlineData(true, true), InlineData(true, false), InlineData(false, true), InlineData(false, false)]
    public async Task A_caller_that_resets_in_the_middle_of_a_body_ends_its_request_only(bool polled, bool abruptly)
    {
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource<Exception>();
        await using var server = await SocketServer.StartAsync(polled, async context =>
        {
            if (context.Request.Path == "/other")
            {
                await context.Response.WriteAsync("fine", Ct);
                return;
            }
            started.SetResult();
            ended.TrySetResult(await Assert.ThrowsAnyAsync<Exception>(() => context.Request.Body.CopyToAsync(Stream.Null, Ct)));
        });
        var caller = await server.ConnectAsync(Ct);

        await caller.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nsome"u8.ToArray(), Ct);
        await started.Task.WaitAsync(Soon, Ct);
        caller.Close(abruptly ? 0 : -1);

        Assert.IsAssignableFrom<IOException>(await ended.Task.WaitAsync(Soon, Ct));
        using var http = new HttpClient();
        Assert.Equal("fine", await http.GetStringAsync(new Uri(server.Address, "/other"), Ct));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Half_an_answer_is_not_taken_for_a_whole(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, async context =>
        {
            await context.Response.WriteAsync("half", Ct);
            await context.Response.Body.FlushAsync(Ct);
            context.Abort();
        });
        using var http = new HttpClient { Timeout = Soon };

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(server.Address, Ct));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_last_answer_comes_whole_before_the_connection_ends(bool polled)
    {
        var body = new string('x', 300_000);
        await using var server = await SocketServer.StartAsync(polled, context => context.Response.WriteAsync(body, Ct));
        for (var i = 0; i < 20; i++)
        {
            using var caller = await server.ConnectAsync(Ct);
            await caller.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);

            Assert.InRange(await ReadToEndAsync(caller), body.Length, body.Length + 1024);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_idle_connection_is_closed_in_time_and_when_the_server_stops(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, context => context.Response.WriteAsync("x", Ct), sets: o => o.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(3));
        using var idle = await server.ConnectAsync(Ct);
        await idle.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Ct);

        await ReadToEndAsync(idle);
        using var open = await server.ConnectAsync(Ct);
        await open.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Ct);
        await ReadUntilAsync(open, text => text.EndsWith("\r\n\r\nx", StringComparison.Ordinal) || text.Contains("\r\n0\r\n", StringComparison.Ordinal));
        await server.StopAsync(Ct).WaitAsync(Soon, Ct);

        await ReadToEndAsync(open);
        await Assert.ThrowsAsync<SocketException>(() => server.ConnectAsync(Ct));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_body_that_comes_too_slowly_ends_with_408(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, context => context.Request.Body.CopyToAsync(Stream.Null, Ct), sets: o => o.Limits.MinRequestBodyDataRate = new(1_000_000, TimeSpan.FromSeconds(2)));
        using var caller = await server.ConnectAsync(Ct);

        await caller.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nsome"u8.ToArray(), Ct);

        await ReadUntilAsync(caller, text => text.StartsWith("HTTP/1.1 408", StringComparison.Ordinal));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Http2_carries_many_streams(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, async context =>
        {
            // Sent back as it comes, all streams would wait for each other's room on the connection.
            using var whole = new MemoryStream();
            await context.Request.Body.CopyToAsync(whole, Ct);
            await context.Response.Body.WriteAsync(whole.ToArray(), Ct);
        }, listen => listen.Protocols = HttpProtocols.Http2);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = Soon };
        var body = RandomNumberGenerator.GetBytes(200_000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var answer = await http.PostAsync(server.Address, new ByteArrayContent(body), Ct);
            return await answer.Content.ReadAsByteArrayAsync(Ct);
        }));

        Assert.All(answers, answer => Assert.Equal(body, answer));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Tls_works_on_top(bool polled)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await SocketServer.StartAsync(polled, context => context.Request.Body.CopyToAsync(context.Response.Body, Ct), listen => listen.UseHttps(certificate));
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, seen, _, _) => seen?.Thumbprint == certificate.Thumbprint };
        using var http = new HttpClient(handler) { Timeout = Soon };
        var body = RandomNumberGenerator.GetBytes(500_000);

        for (var i = 0; i < 5; i++)
        {
            using var answer = await http.PostAsync(new UriBuilder("https", "127.0.0.1", server.Port).Uri, new ByteArrayContent(body), Ct);
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Ct));
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_thousand_callers_that_come_and_go_leave_nothing_open(bool polled)
    {
        await using var server = await SocketServer.StartAsync(polled, context => context.Response.WriteAsync("x", Ct));
        var before = OpenFiles();

        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Ct }, async (i, ct) =>
        {
            using var caller = await server.ConnectAsync(ct);
            await caller.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), ct);
            if (i % 3 > 0)
                await caller.ReceiveAsync(new byte[1000], ct);
            if (i % 3 > 1)
                caller.Close(0);
        });

        // Other tests of this process open files of their own meanwhile.
        await Eventually.Holds(() => OpenFiles() < before + 300, what: "connections are closed");
    }

    private static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;

    private static async Task ReadUntilAsync(Socket caller, Func<string, bool> enough)
    {
        var text = "";
        var piece = new byte[8192];
        while (!enough(text))
        {
            var n = await caller.ReceiveAsync(piece, Ct).AsTask().WaitAsync(Soon, Ct);
            Assert.True(n > 0, $"It ended after: {text}");
            text += Encoding.ASCII.GetString(piece, 0, n);
        }
    }

    private static async Task<long> ReadToEndAsync(Socket caller)
    {
        var total = 0L;
        var piece = new byte[64 * 1024];
        while (await caller.ReceiveAsync(piece, Ct).AsTask().WaitAsync(Soon, Ct) is > 0 and var n)
            total += n;
        return total;
    }
}
