using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace ModelHub.Api.Artifacts;

/// <summary>
/// The bytes of an upload, open for one writer. They are hashed while they come in; after a restart the hash is gone and
/// <see cref="DigestAsync"/> reads the file instead.
/// </summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly FileStream file;
    private readonly RunningHash hash;

    private PartFile(FileStream file, RunningHash hash) => (this.file, this.hash) = (file, hash);

    public long Length => file.Length;

    /// <summary>Null when another request has it open.</summary>
    /// <exception cref="FileNotFoundException">it is gone</exception>
    public static PartFile? Open(string path, RunningHash hash)
    {
        try
        {
            return new PartFile(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous), hash);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    /// <summary>Appends the body; what arrived before the client vanished stays and is synced.</summary>
    /// <returns>false when more than <paramref name="limit"/> bytes in all would come; nothing beyond it is written</returns>
    public async Task<bool> AppendAsync(PipeReader body, long limit, CancellationToken ct)
    {
        var at = file.Length;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(ct);
                var fits = at + read.Buffer.Length <= limit;
                if (fits)
                    at = await WriteAsync(read.Buffer, at, ct);
                body.AdvanceTo(read.Buffer.End);
                if (!fits)
                    return false;
                if (read.IsCompleted)
                    return true;
            }
        }
        finally
        {
            file.Flush(flushToDisk: true);
        }
    }

    public async Task<string> DigestAsync(CancellationToken ct)
    {
        if (hash.Covers(file.Length))
            return hash.Hex();
        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private async Task<long> WriteAsync(ReadOnlySequence<byte> bytes, long at, CancellationToken ct)
    {
        foreach (var segment in bytes)
        {
            await RandomAccess.WriteAsync(file.SafeFileHandle, segment, at, ct);
            hash.Append(segment.Span, at);
            at += segment.Length;
        }
        ArtifactMeter.Received.Add(bytes.Length);
        return at;
    }
}

/// <summary>SHA-256 of the bytes from 0 on, as long as they were all seen in order by this process.</summary>
internal sealed class RunningHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long seen;

    public bool Covers(long length) => seen == length;

    public void Append(ReadOnlySpan<byte> bytes, long at)
    {
        if (at != seen)
            return;
        hash.AppendData(bytes);
        seen += bytes.Length;
    }

    public string Hex() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
