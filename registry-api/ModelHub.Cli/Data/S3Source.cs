using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Data;

/// <summary>
/// Data that lies in a bucket: <c>s3://bucket/key</c>, or <c>s3://bucket/prefix/</c> for all data files below it. It is read with what the
/// caller's own tools use (<c>AWS_PROFILE</c>, <c>AWS_ACCESS_KEY_ID</c>, <c>AWS_ENDPOINT_URL</c>, …), never with a right of the registry's.
/// </summary>
/// <param name="connect">How the service is reached; left out, as said.</param>
internal sealed class S3Source(Screen screen, Func<AmazonS3Client>? connect = null)
{
    public const string Scheme = "s3://";
    private const int BufferSize = 1 << 17;
    private const int MostFiles = 1_000;
    private const int Tries = 5;

    private static readonly string[] Endings = [".csv", ".parquet", ".jsonl", ".ndjson"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends what the address names on to the artifact store, a file at a time, over a temporary file each.</summary>
    /// <returns>Name below the address, digest, and where it came from with the mark of its content there.</returns>
    /// <exception cref="BrokenWorldException">The bucket cannot be read, or holds no data there.</exception>
    public async Task<IReadOnlyList<(string Name, string Digest, string Source)>> SendAsync(string address, Upload upload, CancellationToken ct)
    {
        var (bucket, key) = Parse(address);
        var temporary = Directory.CreateTempSubdirectory("modelhub-s3-");
        try
        {
            using var client = (connect ?? Connect)();
            var sent = new List<(string, string, string)>();
            foreach (var one in await ListAsync(client, bucket, key, ct))
            {
                var name = key.Length == 0 || key.EndsWith('/') ? one[key.Length..] : one[(one.LastIndexOf('/') + 1)..];
                var file = Path.Combine(temporary.FullName, Path.GetFileName(one));
                var tag = await FetchAsync(client, bucket, one, file, ct);
                sent.Add((name, await upload.SendAsync(file, ct), $"{Scheme}{bucket}/{one}#{tag}"));
                File.Delete(file);
            }
            return sent;
        }
        catch (AmazonServiceException e)
        {
            throw new BrokenWorldException($"{address} cannot be read: {e.Message}", e);
        }
        catch (AmazonClientException e)
        {
            throw new BrokenWorldException($"{address} cannot be read: {e.Message}", e);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    /// <exception cref="BrokenWorldException">no address of an object</exception>
    internal static (string Bucket, string Key) Parse(string address)
    {
        var rest = address[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? (rest[..slash], rest[(slash + 1)..]) : throw new BrokenWorldException($"{address} names no object: s3://BUCKET/KEY, or s3://BUCKET/PREFIX/ for all data files below it.");
    }

    private static AmazonS3Client Connect()
    {
        // Services other than AWS's seldom have a name of their own for each bucket.
        var endpoint = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL");
        var config = new AmazonS3Config { Timeout = TimeSpan.FromMinutes(5), MaxErrorRetry = 3 };
        if (endpoint is null)
            return new(config);
        (config.ServiceURL, config.ForcePathStyle) = (endpoint, true);
        config.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        return new(config);
    }

    private static async Task<IReadOnlyList<string>> ListAsync(AmazonS3Client client, string bucket, string key, CancellationToken ct)
    {
        if (key.Length > 0 && !key.EndsWith('/'))
            return [key];
        var (found, request) = (new List<string>(), new ListObjectsV2Request { BucketName = bucket, Prefix = key });
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, ct);
            found.AddRange((page.S3Objects ?? []).Where(one => one.Size > 0).Select(one => one.Key).Where(IsData));
            if (found.Count > MostFiles)
                throw new BrokenWorldException($"{Scheme}{bucket}/{key} holds more than {MostFiles} data files.");
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated is true);
        return found.Count > 0 ? found : throw new BrokenWorldException($"{Scheme}{bucket}/{key} holds no data file ({string.Join(", ", Endings)}).");
    }

    private static bool IsData(string key) => Array.Exists(Endings, ending => key.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>A line that breaks goes on where it broke, as long as the object is the same one.</summary>
    private async Task<string> FetchAsync(AmazonS3Client client, string bucket, string key, string path, CancellationToken ct)
    {
        using var bar = new ProgressBar(screen, $"Reading {Path.GetFileName(key)}");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize);
        string? tag = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var request = new GetObjectRequest { BucketName = bucket, Key = key, EtagToMatch = tag };
                if (file.Position > 0)
                    request.ByteRange = new ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={file.Position}-"));
                using var answer = await client.GetObjectAsync(request, ct);
                tag = answer.ETag;
                await CopyAsync(answer.ResponseStream, file, file.Position + answer.ContentLength, bar, ct);
                return tag.Trim('"');
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                throw new BrokenWorldException($"{Scheme}{bucket}/{key} was replaced while it was read.", e);
            }
            catch (Exception e) when (e is IOException or HttpRequestException && attempt < Tries)
            {
                screen.Note($"{Scheme}{bucket}/{key} broke off at {file.Position} bytes ({e.Message}); going on from there.");
                await Task.Delay(Pause * attempt, ct);
            }
        }
    }

    private static async Task CopyAsync(Stream from, FileStream to, long whole, ProgressBar bar, CancellationToken ct)
    {
        var buffer = new byte[BufferSize];
        for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
            bar.Report(to.Position / (double)Math.Max(1, whole), $"{to.Position >> 20} of {whole >> 20} MB");
        }
        if (to.Position != whole)
            throw new EndOfStreamException($"{to.Position} of {whole} bytes came");
    }
}
