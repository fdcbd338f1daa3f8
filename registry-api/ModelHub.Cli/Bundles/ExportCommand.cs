using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Terminal;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Bundles;

/// <summary><c>bundle export MODEL@V --output FILE</c>: the file appears whole or not at all.</summary>
internal static class ExportCommand
{
    private const int WaitSeconds = 30;

    public static Command Create(Client client)
    {
        var version = VersionName.Argument("MODEL@V", "Which version");
        var output = new Option<string>("--output") { Description = "Where to, such as credit-scoring-3.mhb", HelpName = "FILE", Required = true };
        var timeout = Duration.Option("--timeout", "How long the first export may take to make a sample", TimeSpan.FromMinutes(10));
        return client.Runs(new Command("export", "Write a version as a signed bundle") { version, output, timeout }, async (parsed, session, ct) =>
        {
            var (wanted, path) = (parsed.GetRequiredValue(version), Path.GetFullPath(parsed.GetRequiredValue(output)));
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                throw new BrokenWorldException($"There is no folder {Path.GetDirectoryName(path)}.");
            using var answer = await AskAsync(session, wanted, parsed.GetValue(timeout), ct);
            if (answer is null)
                return new Outcome(ExitCode.Waiting, new() { ["model"] = wanted.Name, ["version"] = wanted.Number, ["state"] = "preparing" }, $"The sample of {wanted} is still being made; ask again.");
            var (bytes, digest) = await SaveAsync(answer, path, session.Screen, ct);
            return Outcome.Done(
                new() { ["model"] = wanted.Name, ["version"] = wanted.Number, ["file"] = path, ["bytes"] = bytes, ["digest"] = digest },
                $"{path}: {bytes} bytes, {digest}", "Verify it anywhere with: ./modelhub bundle verify FILE --key FILE");
        });
    }

    /// <summary>The answer that holds the bundle; null when there is none in time.</summary>
    private static async Task<HttpResponseMessage?> AskAsync(Session session, VersionName version, TimeSpan within, CancellationToken ct)
    {
        var address = new Uri($"api/v1/models/{Uri.EscapeDataString(version.Name)}/versions/{version.Number}/bundle?wait={WaitSeconds}", UriKind.Relative);
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var answer = await session.Graph.Http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
            if (answer.StatusCode == HttpStatusCode.OK)
                return answer;
            using (answer)
                if (answer.StatusCode != HttpStatusCode.Accepted)
                    throw await Problem.ReadAsync(answer, ct);
            if (clock.Elapsed > within)
                return null;
        }
    }

    private static async Task<(long Bytes, string Digest)> SaveAsync(HttpResponseMessage answer, string path, Screen screen, CancellationToken ct)
    {
        var scratch = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            var result = await CopyAsync(answer, scratch, screen, ct);
            File.Move(scratch, path, overwrite: true);
            return result;
        }
        catch (IOException fault) when (fault is HttpIOException)
        {
            throw new BrokenWorldException($"The API broke the bundle off, nothing was written: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(scratch);
        }
    }

    private static async Task<(long Bytes, string Digest)> CopyAsync(HttpResponseMessage answer, string scratch, Screen screen, CancellationToken ct)
    {
        using var bar = new ProgressBar(screen, "Exporting");
        var whole = Math.Max(answer.Content.Headers.ContentLength ?? 1, 1);
        await using var from = await answer.Content.ReadAsStreamAsync(ct);
        await using var to = new FileStream(scratch, FileMode.CreateNew, FileAccess.Write);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[128 * 1024];
        for (int read; (read = await from.ReadAsync(block, ct)) > 0;)
        {
            hash.AppendData(block, 0, read);
            await to.WriteAsync(block.AsMemory(0, read), ct);
            bar.Report(to.Length / (double)whole);
        }
        return (to.Length, "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
