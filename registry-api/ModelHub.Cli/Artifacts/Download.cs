using System.Security.Cryptography;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Artifacts;

/// <summary>Brings bytes from the artifact store to a file, which appears under its name only whole and verified.</summary>
internal sealed class Download(HttpClient http, Screen screen)
{
    private const int BufferSize = 1 << 17;

    /// <exception cref="BrokenWorldException">The file cannot be written, or the bytes are not those of the digest.</exception>
    public async Task ReceiveAsync(string digest, long size, string path, CancellationToken ct)
    {
        var part = path + ".part";
        try
        {
            var received = await ReceiveAsync(digest, size, part, Path.GetFileName(path), ct);
            if (received != digest)
                throw new BrokenWorldException($"The bytes that came have the digest {received}, not {digest}.");
            File.Move(part, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BrokenWorldException($"{path} cannot be written: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async Task<string> ReceiveAsync(string digest, long size, string part, string name, CancellationToken ct)
    {
        using var answer = await http.GetAsync(new Uri($"api/v1/artifacts/sha256/{digest["sha256:".Length..]}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, ct);
        if (!answer.IsSuccessStatusCode)
            throw await Problem.ReadAsync(answer, ct);
        await using var from = await answer.Content.ReadAsStreamAsync(ct);
        await using var to = new FileStream(part, FileMode.Create, FileAccess.Write);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var bar = new ProgressBar(screen, $"Downloading {name}");
        var buffer = new byte[BufferSize];
        long done = 0;
        for (int read; (read = await from.ReadAsync(buffer, ct)) > 0; done += read)
        {
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
            bar.Report(done / (double)Math.Max(1, size), $"{done >> 20} of {size >> 20} MB");
        }
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
