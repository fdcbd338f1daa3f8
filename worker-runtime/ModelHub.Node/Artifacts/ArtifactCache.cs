using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ModelHub.Protocol;

namespace ModelHub.Node.Artifacts;

/// <summary>
/// Artifacts by digest, on this node's disk: fetched from the API with the node's key, checked while they come in and
/// again before they are used after a restart.
/// </summary>
/// <param name="silence">Who sends no byte for so long is given up: one that is gone without a word would be waited for for ever.</param>
internal sealed partial class ArtifactCache(string folder, HttpClient api, Func<string?> key, long unpackedLimit, TimeSpan silence, ILogger<ArtifactCache> log)
{
    private const int Chunk = 128 * 1024;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <returns>the path of the model, taken out of its bundle if it came in one, or why it cannot be had</returns>
    public async Task<(string? Path, PlacementProblem? Problem)> FetchAsync(Assignment assignment, CancellationToken ct)
    {
        var (path, problem) = await BytesAsync(assignment, ct);
        if (path is not null && assignment.Optimised is not null)
            await FetchOptimisedAsync(assignment, assignment.Optimised, path, ct);
        // A TorchScript or joblib file may be a zip itself: only these formats come in bundles.
        if (path is null || assignment.Format is not ("onnx" or "process") || !UnpackBundle.IsBundle(path))
            return (path, problem);
        // The bytes were just verified: what was unpacked from them earlier is replaced, should anyone have touched it.
        var files = Path.Combine(Path.GetDirectoryName(path)!, "files");
        return await Task.Run(() => UnpackBundle.Into(files, path, assignment.Format == "process" ? UnpackBundle.Definition : UnpackBundle.Model, unpackedLimit), ct);
    }

    /// <summary>Where the optimised graph of a model lies once it was fetched: with the model, and gone with it.</summary>
    public static string OptimisedBeside(string path) => path + ".optimised";

    private async Task<(string? Path, PlacementProblem? Problem)> BytesAsync(Assignment assignment, CancellationToken ct) =>
        IsDigest(assignment.Digest)
            ? await BytesAsync(assignment.Digest, assignment.Size, Path.Combine(folder, assignment.Digest["sha256:".Length..], "model.onnx"), ct)
            : (null, NoDigest(assignment.Digest));

    // Whatever keeps it from being here, the model itself can be served.
    private async Task FetchOptimisedAsync(Assignment assignment, OptimisedArtifact optimised, string path, CancellationToken ct)
    {
        var (_, problem) = IsDigest(optimised.Digest) ? await BytesAsync(optimised.Digest, optimised.Size, OptimisedBeside(path), ct) : (null, NoDigest(optimised.Digest));
        if (problem is not null)
            LogNotOptimised(assignment.Name, problem.Message);
    }

    private async Task<(string? Path, PlacementProblem? Problem)> BytesAsync(string digest, long size, string path, CancellationToken ct)
    {
        var hex = digest["sha256:".Length..];
        if (File.Exists(path))
        {
            if (await DigestAsync(path, ct) == hex)
                return (path, null);
            File.Delete(path);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return await DownloadAsync(hex, size, path, ct);
    }

    private static PlacementProblem NoDigest(string text) => new("invalid-assignment", $"'{text}' is not a SHA-256 digest.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Version} is loaded as it was registered; its optimised graph cannot be had: {Reason}")]
    private partial void LogNotOptimised(string version, string reason);

    /// <summary>Removes the artifacts that no assignment names.</summary>
    public void Keep(IEnumerable<string> digests)
    {
        var kept = digests.Select(d => d.Split(':')[^1]).ToHashSet(StringComparer.Ordinal);
        if (!Directory.Exists(folder))
            return;
        foreach (var artifact in Directory.EnumerateDirectories(folder))
            if (!kept.Contains(Path.GetFileName(artifact)))
                Directory.Delete(artifact, recursive: true);
    }

    private async Task<(string? Path, PlacementProblem? Problem)> DownloadAsync(string hex, long expected, string path, CancellationToken ct)
    {
        using var response = await AskAsync(hex, ct);
        if (response.StatusCode != HttpStatusCode.OK)
            return (null, new PlacementProblem("fetch-failed", $"The API answered {(int)response.StatusCode} for the artifact.", (int)response.StatusCode >= 500));

        var part = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            await using (var from = await response.Content.ReadAsStreamAsync(ct))
            await using (var to = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, Chunk, useAsync: true))
            {
                var (size, digest) = await CopyAsync(from, to, expected, ct);
                if (size != expected || digest != hex)
                    return (null, new PlacementProblem("digest-mismatch", $"The artifact came as {size} bytes with digest sha256:{digest}; expected {expected} bytes with sha256:{hex}."));
            }
            File.Move(part, path, overwrite: true);
            return (path, null);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Whole from the store where the API sends us there; through the API where that cannot be reached from here.</summary>
    private async Task<HttpResponseMessage> AskAsync(string hex, CancellationToken ct)
    {
        try
        {
            var direct = await SendAsync($"api/v1/artifacts/sha256/{hex}", ct);
            var answers = direct.RequestMessage?.RequestUri is { } from && from.Authority == api.BaseAddress?.Authority;
            if (answers || direct.StatusCode == HttpStatusCode.OK)
                return direct;
            LogNotDirect(hex, $"it answered {(int)direct.StatusCode}");
            direct.Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            LogNotDirect(hex, e.Message);
        }
        return await SendAsync($"api/v1/artifacts/sha256/{hex}?through=api", ct);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        return await HeardAsync(patience, async () => await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token), ct);
    }

    /// <exception cref="IOException">nothing came for too long</exception>
    private async ValueTask<T> HeardAsync<T>(CancellationTokenSource patience, Func<ValueTask<T>> step, CancellationToken ct)
    {
        patience.CancelAfter(silence);
        try
        {
            return await step();
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"Nothing came for {silence.TotalSeconds:0.###} seconds.", e);
        }
        finally
        {
            // What is done with it takes what it takes.
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Artifact {Hex} is fetched through the API, because the store cannot be read from here: {Reason}")]
    private partial void LogNotDirect(string hex, string reason);

    /// <summary>Stops one byte after the expected size: a source that never ends fills no disk.</summary>
    private async Task<(long Size, string Digest)> CopyAsync(Stream from, Stream to, long expected, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            long size = 0;
            for (int n; size <= expected && (n = await HeardAsync(patience, () => from.ReadAsync(buffer, patience.Token), ct)) > 0; size += n)
            {
                // Not on the thread of the socket, which answers requests.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                hash.AppendData(buffer, 0, n);
                await to.WriteAsync(buffer.AsMemory(0, n), ct);
            }
            return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<string> DigestAsync(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    private static bool IsDigest(string digest) =>
        digest.Length == 71 && digest.StartsWith("sha256:", StringComparison.Ordinal)
        && !digest.AsSpan(7).ContainsAnyExcept(HexDigits);
}

/// <summary>Why a version is not held. <paramref name="Reason"/> is one word for programs.</summary>
/// <param name="Passes">Whether it is likely to be over in a moment, as when the API or its database starts again.</param>
internal sealed record PlacementProblem(string Reason, string Message, bool Passes = false);
