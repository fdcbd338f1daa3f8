using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Artifacts;

/// <summary>Upload and download of one large artifact against <c>cp</c> of the same file on the same disk, interleaved.</summary>
internal static class ArtifactBenchmark
{
    private const int Rounds = 5;
    private const long Size = 512L << 20;

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var stack = await Stack.StartAsync(ct);
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        try
        {
            var (copies, uploads, downloads) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                var file = await WriteNoiseAsync(folder.FullName, round, ct);
                copies.Add(await CopyAsync(file, ct));
                string digest;
                (var seconds, digest) = await UploadAsync(stack, file, ct);
                uploads.Add(seconds);
                downloads.Add(await DownloadAsync(stack, digest, Path.Combine(folder.FullName, "back"), ct));
                File.Delete(file);
            }
            Print(copies, uploads, downloads);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(List<double> copies, List<double> uploads, List<double> downloads)
    {
        var table = new Table($"Artifacts of {Size >> 20} MiB, median of {Rounds} rounds", "", "MiB/s", "time against cp");
        var copy = Median(copies);
        table.Add("cp", $"{(Size >> 20) / copy:0}", "1.0 x");
        table.Add("upload (hashed while written)", $"{(Size >> 20) / Median(uploads):0}", $"{Median(uploads) / copy:0.0} x");
        table.Add("download (verified while read)", $"{(Size >> 20) / Median(downloads):0}", $"{Median(downloads) / copy:0.0} x");
        table.Print();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<string> WriteNoiseAsync(string folder, int seed, CancellationToken ct)
    {
        var file = Path.Combine(folder, $"noise-{seed}");
        var block = new byte[1 << 20];
        var random = new Random(seed);
        await using var stream = File.Create(file);
        for (var written = 0L; written < Size; written += block.Length)
        {
            random.NextBytes(block);
            await stream.WriteAsync(block, ct);
        }
        return file;
    }

    private static async Task<double> CopyAsync(string file, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start("cp", [file, file + ".copy"]);
        await process.WaitForExitAsync(ct);
        var seconds = clock.Elapsed.TotalSeconds;
        File.Delete(file + ".copy");
        return seconds;
    }

    private static async Task<(double Seconds, string Digest)> UploadAsync(Stack stack, string file, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(stack.Api, "/api/v1/artifacts")) { Content = new StreamContent(File.OpenRead(file), 1 << 18) };
        request.Headers.Authorization = new("Bearer", stack.Token);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var clock = Stopwatch.StartNew();
        using var response = await http.SendAsync(request, ct);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct);
        return (clock.Elapsed.TotalSeconds, JsonDocument.Parse(answer).RootElement.GetProperty("digest").GetString()!);
    }

    private static async Task<double> DownloadAsync(Stack stack, string digest, string file, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stack.Api, "/api/v1/artifacts/" + digest.Replace(':', '/')));
        request.Headers.Authorization = new("Bearer", stack.Token);
        var clock = Stopwatch.StartNew();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        await using (var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct))
        await using (var target = File.Create(file))
            await body.CopyToAsync(target, 1 << 18, ct);
        var seconds = clock.Elapsed.TotalSeconds;
        await using var written = File.OpenRead(file);
        var found = "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(written, ct));
        return found == digest ? seconds : throw new UnexpectedAnswerException($"{found} came back for {digest}");
    }
}
