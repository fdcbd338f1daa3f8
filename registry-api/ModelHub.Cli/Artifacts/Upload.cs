using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Artifacts;

/// <summary>Brings a file to the artifact store: by digest, in pieces, and on from where it stopped when the line breaks.</summary>
internal sealed class Upload(HttpClient http, Screen screen)
{
    private const int Piece = 8 << 20;
    private const int Attempts = 5;
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The stored digest, "sha256:…". Nothing is sent when the store holds these bytes already.</summary>
    /// <exception cref="RefusedException">The store does not take the file.</exception>
    public async Task<string> SendAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new BrokenWorldException($"There is no file {path}.");
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        var digest = "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        using var bar = new ProgressBar(screen, $"Uploading {Path.GetFileName(path)}");
        var opened = await OpenAsync(file.Length, digest, ct);
        if (opened["upload"].Text() is not { Length: > 0 } upload)
            return opened["digest"].Text();
        await SendPiecesAsync(upload, file, opened["offset"].Whole(), bar, ct);
        var stored = await PostAsync($"api/v1/artifacts/uploads/{upload}/complete", new JsonObject(), ct);
        return stored["digest"].Text();
    }

    private Task<JsonObject> OpenAsync(long size, string digest, CancellationToken ct) =>
        PostAsync("api/v1/artifacts/uploads", new JsonObject { ["size"] = size, ["digest"] = digest }, ct);

    private async Task SendPiecesAsync(string upload, FileStream file, long offset, ProgressBar bar, CancellationToken ct)
    {
        var buffer = new byte[Piece];
        var failures = 0;
        while (offset < file.Length)
        {
            file.Position = offset;
            var length = await file.ReadAtLeastAsync(buffer, Piece, throwOnEndOfStream: false, ct);
            try
            {
                offset = await AppendAsync(upload, offset, buffer.AsMemory(0, length), ct);
                failures = 0;
            }
            catch (HttpRequestException) when (++failures < Attempts)
            {
                await Task.Delay(pause * failures, ct);
                offset = await OffsetAsync(upload, ct) ?? offset;
            }

            bar.Report(offset / (double)file.Length, $"{offset >> 20} of {file.Length >> 20} MB");
        }
    }

    private async Task<long> AppendAsync(string upload, long offset, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri($"api/v1/artifacts/uploads/{upload}", UriKind.Relative));
        request.Content = new ReadOnlyMemoryContent(bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        using var answer = await http.SendAsync(request, ct);
        if (answer.StatusCode == HttpStatusCode.Conflict)
            return await OffsetAsync(upload, ct) ?? throw new BrokenWorldException($"The upload {upload} has gone.");
        await EnsureAcceptedAsync(answer, ct);
        return offset + bytes.Length;
    }

    /// <summary>How much the store has; null while it cannot be reached.</summary>
    private async Task<long?> OffsetAsync(string upload, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, new Uri($"api/v1/artifacts/uploads/{upload}", UriKind.Relative));
            using var answer = await http.SendAsync(request, ct);
            return answer.Headers.TryGetValues("Upload-Offset", out var values) ? long.Parse(values.Single(), CultureInfo.InvariantCulture) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken ct)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, ct);
            await EnsureAcceptedAsync(answer, ct);
            return await answer.Content.ReadFromJsonAsync<JsonObject>(ct) ?? [];
        }
        catch (HttpRequestException fault)
        {
            throw new BrokenWorldException($"The API at {http.BaseAddress} does not answer: {fault.Message}", fault);
        }
    }

    private static async Task EnsureAcceptedAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.IsSuccessStatusCode)
            return;
        throw await Problem.ReadAsync(answer, ct);
    }
}
