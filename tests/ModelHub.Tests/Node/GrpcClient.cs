using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using ModelHub.Inference.Grpc;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>A gRPC caller made of nothing but HTTP/2 and generated messages.</summary>
internal sealed class GrpcClient(string address, string? token = FakeApi.Caller) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose() => http.Dispose();

    public async Task<TAnswer> CallAsync<TAnswer>(string method, IMessage request)
        where TAnswer : IMessage<TAnswer>, new()
    {
        var (status, text, answer) = await SendAsync(method, Frame(request.ToByteArray()));
        Assert.True(status == GrpcStatus.Ok, $"{method}: {status} {text}");
        return new MessageParser<TAnswer>(() => new TAnswer()).ParseFrom(answer);
    }

    public async Task<(GrpcStatus Status, string Message)> FailAsync(string method, IMessage request, params (string Name, string Value)[] metadata)
    {
        var (status, text, _) = await SendAsync(method, Frame(request.ToByteArray()), metadata);
        Assert.NotEqual(GrpcStatus.Ok, status);
        return (status, text);
    }

    public async Task<(GrpcStatus Status, string Message, byte[] Answer)> SendAsync(string method, byte[] body, params (string Name, string Value)[] metadata)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + GrpcHeaders.Service + method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (token is not null)
            request.Headers.Add("authorization", "Bearer " + token);
        request.Headers.Add("te", "trailers");
        foreach (var (name, value) in metadata)
            request.Headers.Add(name, value);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        var status = (GrpcStatus)int.Parse(Header(response, "grpc-status")!, CultureInfo.InvariantCulture);
        if (status != GrpcStatus.Ok)
            return (status, Uri.UnescapeDataString(Header(response, "grpc-message") ?? ""), []);
        Assert.Equal((uint)answer.Length - 5, BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(1)));
        return (status, "", answer[5..]);
    }

    public static byte[] Frame(byte[] message, bool compressed = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(plain);
        return packed.ToArray();
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.Single() : null;
}
