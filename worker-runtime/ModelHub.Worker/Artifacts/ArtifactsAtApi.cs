using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ModelHub.Domain.Basics;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Artifacts;

/// <summary>Fetches and stores artifacts over the API's REST routes, in streams; memory stays flat whatever the size.</summary>
internal sealed class ArtifactsAtApi(HttpClient http, WorkerOptions options, WorkerToken token)
{
    private const int Tries = 5;
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes the artifact to a new file and verifies its digest.</summary>
    /// <exception cref="BadInputException">The API has no such artifact, or its bytes are not what the digest says.</exception>
    public async Task FetchAsync(Digest digest, string path, CancellationToken ct)
    {
        using var answer = await SendAsync(() => new(HttpMethod.Get, Address($"sha256/{digest.Hex}")), ct);
        if (answer.StatusCode == HttpStatusCode.NotFound) throw new BadInputException($"The artifact {digest} is not in the store.");
        answer.EnsureSuccessStatusCode();
        await using var from = await answer.Content.ReadAsStreamAsync(ct);
        await using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);
        var hash = await CopyAndHashAsync(from, to, ct);
        if (hash != digest) throw new BadInputException($"The artifact {digest} is damaged: its bytes have the digest {hash}.");
    }

    /// <summary>Stores a file; what the store has already is not sent again, and a broken upload goes on where it broke.</summary>
    public async Task<(Digest Digest, long Size)> StoreAsync(string path, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous);
        var digest = Digest.FromHash(await SHA256.HashDataAsync(file, ct));
        using var begun = await SendAsync(() => new(HttpMethod.Post, Address("uploads")) { Content = JsonContent.Create(new { size = file.Length, digest = digest.Value }) }, ct);
        begun.EnsureSuccessStatusCode();
        if (begun.StatusCode == HttpStatusCode.OK) return (digest, file.Length);
        var upload = (await begun.Content.ReadFromJsonAsync<Begun>(ct))!.Upload;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(upload, file, attempt == 1 ? 0 : await OffsetAsync(upload, ct), ct);
                break;
            }
            catch (Exception e) when (e is HttpRequestException or IOException && attempt < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 * Math.Pow(2, attempt)), ct);
            }
        }
        using var completed = await SendAsync(() => new(HttpMethod.Post, Address($"uploads/{upload}/complete")), ct);
        completed.EnsureSuccessStatusCode();
        return (digest, file.Length);
    }

    private async Task AppendAsync(string upload, FileStream file, long offset, CancellationToken ct)
    {
        if (offset == file.Length && offset > 0) return;
        using var answer = await SendAsync(() =>
        {
            file.Position = offset;
            // Not disposed with the request: a try after this one reads the same file again.
            var content = new StreamContent(new Undisposed(file), BufferSize);
            content.Headers.ContentType = new("application/octet-stream");
            var request = new HttpRequestMessage(HttpMethod.Patch, Address($"uploads/{upload}")) { Content = content };
            request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
            return request;
        }, ct, tries: 1);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<long> OffsetAsync(string upload, CancellationToken ct)
    {
        using var answer = await SendAsync(() => new(HttpMethod.Head, Address($"uploads/{upload}")), ct);
        answer.EnsureSuccessStatusCode();
        return long.Parse(answer.Headers.GetValues("Upload-Offset").First(), CultureInfo.InvariantCulture);
    }

    /// <summary>Sends with the token, again when the API is away for a moment or the token is not accepted any more.</summary>
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, CancellationToken ct, int tries = Tries)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = create();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.GetAsync(ct));
            try
            {
                var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                if (attempt >= tries || answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError))
                    return answer;
                if (answer.StatusCode == HttpStatusCode.Unauthorized) token.Forget();
                answer.Dispose();
            }
            catch (HttpRequestException) when (attempt < tries)
            {
                // The API restarts or the network blinks; after the last try the job is tried again as a whole.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt)), ct);
        }
    }

    private Uri Address(string path) => new($"{options.Api}/api/v1/artifacts/{path}");

    private static async Task<Digest> CopyAndHashAsync(Stream from, Stream to, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        await to.FlushAsync(ct);
        return Digest.FromHash(hash.GetHashAndReset());
    }

    private sealed record Begun(string Upload);
}
