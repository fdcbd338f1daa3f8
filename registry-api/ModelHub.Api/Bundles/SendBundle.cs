using System.Buffers;
using System.Security.Cryptography;
using ModelHub.Api.Artifacts;
using ModelHub.Domain.Bundles;

namespace ModelHub.Api.Bundles;

/// <summary>
/// Writes a bundle as it is sent, block by block. Each member is hashed on its way; where the store holds other bytes than the
/// manifest says, the connection is aborted before the announced length is reached, so nobody takes the rest for a bundle.
/// </summary>
internal sealed class SendBundle(ArtifactStore store)
{
    private const int BlockBytes = 128 * 1024;
    private const int EndBytes = 2 * UstarHeader.Bytes;
    private static readonly byte[] Zeros = new byte[EndBytes];

    /// <summary>The first member that the store does not have, or not as long as it should be.</summary>
    public BundleMember? Missing(EdgeBundle bundle) => bundle.Members.FirstOrDefault(member => member.Content is null && store.Size(HexOf(member)) != member.Size);

    public async Task RunAsync(HttpContext context, SignedBundle signed, CancellationToken ct)
    {
        BundleMember[] members =
        [
            BundleMember.Of(EdgeBundle.ManifestName, signed.Bundle.Manifest),
            BundleMember.Of(EdgeBundle.SignatureName, signed.Signature),
            .. signed.Bundle.Members,
        ];
        context.Response.ContentType = "application/x-tar";
        context.Response.ContentLength = members.Sum(member => UstarHeader.Bytes + member.Size + UstarHeader.Padding(member.Size)) + EndBytes;
        foreach (var member in members)
            if (!await WriteAsync(context.Response.Body, member, ct))
            {
                store.Quarantine(HexOf(member));
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
        await using var file = store.Open(HexOf(member));
        if (file is null || file.Length != member.Size)
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int read; (read = await file.ReadAsync(block.AsMemory(0, BlockBytes), ct)) > 0;)
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
