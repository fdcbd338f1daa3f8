using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// The practical limit: bare Kestrel without routing that walks the tokens of the JSON it is sent and answers JSON of
/// a given size. Its sockets are the framework's, set so that they answer on the thread that reads, as the node's own do.
/// </summary>
internal static class EchoServer
{
    public const string Verb = "serve-echo";

    public static async Task<int> RunAsync(string port, string bytes)
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        var answer = Answer(int.Parse(bytes, CultureInfo.InvariantCulture));
        app.Run(context => EchoAsync(context, answer));
        await app.RunAsync();
        return 0;
    }

    private static byte[] Answer(int bytes) => JsonSerializer.SerializeToUtf8Bytes(new string('x', Math.Max(0, bytes - 2)));

    private static async Task EchoAsync(HttpContext context, byte[] answer)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            if (!read.Buffer.IsEmpty)
                Walk(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            break;
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer);
    }

    private static void Walk(System.Buffers.ReadOnlySequence<byte> body)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            // Token by token, as any reader must.
        }
    }
}
