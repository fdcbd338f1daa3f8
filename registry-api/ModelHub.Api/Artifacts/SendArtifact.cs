using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace ModelHub.Api.Artifacts;

/// <summary>
/// Answers a download. The whole file is hashed on its way and its last block held back until the hash is right, so a client
/// never receives a complete answer of wrong bytes: the connection is aborted instead and the file quarantined.
/// </summary>
internal sealed class SendArtifact(IArtifactStore store, TimeProvider time)
{
    private const int BlockBytes = 128 * 1024;

    // Ranges cannot be hashed on their way: the file is read once before the first, and again when this is over.
    private static readonly TimeSpan RangeTrust = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> verified = new();

    public async Task<IResult> RunAsync(HttpContext context, string hex, CancellationToken ct)
    {
        if (await store.SizeAsync(hex, ct) is not { } length)
            return Problem.NotFound();
        var response = context.Response;
        response.ContentType = "application/octet-stream";
        response.Headers["x-modelhub-digest"] = "sha256:" + hex;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = $"\"{hex}\"";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentLength = length;
            return Results.Empty;
        }
        return RangeOf(context.Request, length) switch
        {
            null => await SendAllAsync(context, hex, ct),
            ( < 0, _) => Unsatisfiable(response, length),
            var (from, to) => await SendRangeAsync(context, hex, from, to, ct),
        };
    }

    private async Task<IResult> SendAllAsync(HttpContext context, string hex, CancellationToken ct)
    {
        await using var bytes = await store.OpenAsync(hex, 0, ct);
        if (bytes is null)
            return await CorruptedAsync(context, hex, ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (held, next) = (ArrayPool<byte>.Shared.Rent(BlockBytes), ArrayPool<byte>.Shared.Rent(BlockBytes));
        try
        {
            context.Response.ContentLength = bytes.Length;
            var heldBytes = 0;
            for (int read; (read = await bytes.Content.ReadAsync(next.AsMemory(0, BlockBytes), ct)) > 0; heldBytes = read)
            {
                hash.AppendData(next, 0, read);
                await WriteAsync(context, held.AsMemory(0, heldBytes), ct);
                (held, next) = (next, held);
            }
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != hex)
                return await CorruptedAsync(context, hex, ct);
            await WriteAsync(context, held.AsMemory(0, heldBytes), ct);
            return Results.Empty;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(held);
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    private async Task<IResult> SendRangeAsync(HttpContext context, string hex, long from, long to, CancellationToken ct)
    {
        if (!IsTrusted(hex) && !await store.VerifyAsync(hex, ct))
            return await CorruptedAsync(context, hex, ct);
        Trust(hex);
        await using var bytes = await store.OpenAsync(hex, from, ct);
        if (bytes is null)
            return await CorruptedAsync(context, hex, ct);
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.ContentLength = to - from + 1;
        context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{bytes.Length}");
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (var left = to - from + 1; left > 0;)
            {
                var read = await bytes.Content.ReadAsync(block.AsMemory(0, (int)Math.Min(BlockBytes, left)), ct);
                if (read == 0)
                    return await CorruptedAsync(context, hex, ct);
                await WriteAsync(context, block.AsMemory(0, read), ct);
                left -= read;
            }
            return Results.Empty;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static async ValueTask WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (bytes.IsEmpty)
            return;
        await context.Response.Body.WriteAsync(bytes, ct);
        ArtifactMeter.Sent.Add(bytes.Length);
    }

    private async Task<IResult> CorruptedAsync(HttpContext context, string hex, CancellationToken ct)
    {
        verified.TryRemove(hex, out _);
        if (await store.SizeAsync(hex, ct) is not null)
            await store.QuarantineAsync(hex, ct);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Results.Empty;
        }
        context.Response.Headers.Remove("x-modelhub-digest");
        context.Response.Headers.Remove(HeaderNames.ETag);
        context.Response.ContentLength = null;
        return Problem.Of(StatusCodes.Status500InternalServerError, "The stored artifact is corrupted and was taken out of service; upload it again.");
    }

    private static IResult Unsatisfiable(HttpResponse response, long length)
    {
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
        return Problem.Of(StatusCodes.Status416RangeNotSatisfiable, "The range lies outside of the artifact.", "Range", $"0-{length - 1}");
    }

    private bool IsTrusted(string hex) => verified.TryGetValue(hex, out var at) && time.GetUtcNow() - at < RangeTrust;

    private void Trust(string hex)
    {
        if (verified.Count > 10_000)
            verified.Clear();
        verified.TryAdd(hex, time.GetUtcNow());
        if (!IsTrusted(hex))
            verified[hex] = time.GetUtcNow();
    }

    /// <summary>Null: the whole. From below 0: cannot be satisfied. Several ranges, or an If-Range for other bytes, are answered by the whole, as RFC 9110 allows.</summary>
    private static (long From, long To)? RangeOf(HttpRequest request, long length)
    {
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Unit.Value: "bytes", Ranges.Count: 1 } range || request.Headers.IfRange.Count > 0)
            return null;
        var asked = range.Ranges.Single();
        var from = asked.From ?? Math.Max(0, length - (asked.To ?? 0));
        var to = asked.From is null ? length - 1 : Math.Min(asked.To ?? length - 1, length - 1);
        return from >= length || from > to ? (-1, -1) : (from, to);
    }
}
