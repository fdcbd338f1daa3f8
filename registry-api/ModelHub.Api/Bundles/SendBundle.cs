using System.Buffers;
using System.Security.Cryptography;
using ModelHub.Api.Artifacts;
using ModelHub.Domain.Bundles;

namespace ModelHub.Api.Bundles;

/// <summary>
/// Writes a bundle as it is sent, block by block. Each member is hashed on its way; where the store holds other bytes than the
/// manifest says, the connection is aborted before the announced length is reached, so nobody takes the rest for a bundle.
/// </summary>
internal sealed class SendBundle(IArtifactStore store)
{
    private const int BlockBytes = 128 * 1024;
    private const int EndBytes = 2 * UstarHeader.Bytes;
    private static readonly byte[] Zeros = new byte[EndBytes];

    /// <summary>The first member that the store does not have, or not as long as it should be.</summary>
    public async Task<BundleMember?> MissingAsync(EdgeBundle bundle, CancellationToken ct)
    {
        foreach (var member in bundle.Members.Where(member => member.Content is null))
            if (await store.SizeAsync(HexOf(member), ct) != member.Size)
                return member;
        return null;
    }

    /// <summary>Bytes of the whole file.</summary>
    public static long SizeOf(SignedBundle signed) => signed.Members.Sum(member => UstarHeader.Bytes + member.Size + UstarHeader.Padding(member.Size)) + EndBytes;

    public async Task RunAsync(HttpContext context, SignedBundle signed, CancellationToken ct)
    {
        context.Response.ContentType = "application/x-tar";
        context.Response.ContentLength = SizeOf(signed);
        foreach (var member in signed.Members)
            if (!await WriteAsync(context.Response.Body, member, ct))
            {
                await store.QuarantineAsync(HexOf(member), ct);
                context.Abort();
                return;
            }
        await context.Response.Body.WriteAsync(Zeros, ct);
    }

    /// <returns>False when the bytes are not those of the digest.</returns>
    private async Task<bool> WriteAsync(Stream to, BundleMember member, CancellationToken ct)
    {
        await to.WriteAsync(UstarHeader.Of(member.Name, member.Size), ct);
        if (member.Content is { } content)
            await to.WriteAsync(content, ct);
        else if (!await CopyAsync(member, to, ct))
            return false;
        await to.WriteAsync(Zeros.AsMemory(0, UstarHeader.Padding(member.Size)), ct);
        ArtifactMeter.Sent.Add(member.Size);
        return true;
    }

    private async Task<bool> CopyAsync(BundleMember member, Stream to, CancellationToken ct)
    {
        await using var bytes = await store.OpenAsync(HexOf(member), 0, ct);
        if (bytes is null || bytes.Length != member.Size)
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int read; (read = await bytes.Content.ReadAsync(block.AsMemory(0, BlockBytes), ct)) > 0;)
            {
                hash.AppendData(block, 0, read);
                await to.WriteAsync(block.AsMemory(0, read), ct);
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset()) == HexOf(member);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static string HexOf(BundleMember member) => member.Digest[Digest.Prefix.Length..];
}
