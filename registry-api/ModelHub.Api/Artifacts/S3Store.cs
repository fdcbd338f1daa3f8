using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>
/// A bucket: <c>prefix/sha256/ab/abcd…</c>. An object gets its name only whole, and only when nobody has it: both are the service's to
/// keep, by conditional writes. Files go in parts that are read from the disk as they are sent, so that memory stays flat.
/// </summary>
internal sealed partial class S3Store(S3Options options, TimeProvider time, ILogger<S3Store> log) : IArtifactStore, IDisposable
{
    private const long LeastPart = 16L << 20;
    private const int MostParts = 10_000;
    private const long MostCopied = 5L << 30;
    private readonly AmazonS3Client client = Connect(options);

    public async Task<long?> SizeAsync(string hex, CancellationToken ct) =>
        (await FindAsync(() => client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = options.Bucket, Key = KeyOf(hex) }, ct)))?.ContentLength;

    public async Task<ArtifactBytes?> OpenAsync(string hex, long from, CancellationToken ct)
    {
        var request = new GetObjectRequest { BucketName = options.Bucket, Key = KeyOf(hex) };
        if (from > 0)
            request.ByteRange = new ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={from}-"));
        var answer = await FindAsync(() => client.GetObjectAsync(request, ct));
        return answer is null ? null : new(answer.ResponseStream, from + answer.ContentLength);
    }

    public async Task<bool> AdoptAsync(string file, string hex, CancellationToken ct)
    {
        var size = new FileInfo(file).Length;
        var there = await SizeAsync(hex, ct);
        if (there is not null && there != size)
            await QuarantineAsync(hex, ct);
        var stored = there != size && await SendAsync(file, size, KeyOf(hex), ct);
        File.Delete(file);
        return stored;
    }

    public async Task QuarantineAsync(string hex, CancellationToken ct)
    {
        if (await SizeAsync(hex, ct) is not { } size)
            return;
        var target = string.Create(CultureInfo.InvariantCulture, $"{options.Prefix}quarantine/{hex}.{time.GetUtcNow().ToUnixTimeMilliseconds()}");
        // One call copies so much at most; what is larger is of no use to anybody, and goes.
        if (size <= MostCopied)
            await AskAsync(() => client.CopyObjectAsync(new CopyObjectRequest { SourceBucket = options.Bucket, SourceKey = KeyOf(hex), DestinationBucket = options.Bucket, DestinationKey = target }, ct));
        await RemoveAsync(hex, ct);
        LogQuarantined(log, hex, size <= MostCopied ? target : "nowhere");
        ArtifactMeter.Quarantined.Add(1);
    }

    public async Task<Uri?> AddressAsync(string hex, CancellationToken ct)
    {
        if (options.Direct == TimeSpan.Zero)
            return null;
        var request = new GetPreSignedUrlRequest
        {
            BucketName = options.Bucket,
            Key = KeyOf(hex),
            Verb = HttpVerb.GET,
            Expires = time.GetUtcNow().UtcDateTime + options.Direct,
            Protocol = options.Endpoint?.Scheme == Uri.UriSchemeHttp ? Amazon.S3.Protocol.HTTP : Amazon.S3.Protocol.HTTPS,
        };
        return new Uri(await AskAsync(() => client.GetPreSignedURLAsync(request)));
    }

    public async IAsyncEnumerable<StoredArtifact> ListAsync(string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix + "sha256/", StartAfter = after is null ? null : KeyOf(after) };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync(() => client.ListObjectsV2Async(request, ct));
            foreach (var one in page.S3Objects ?? [])
                if (one.Key[(one.Key.LastIndexOf('/') + 1)..] is var hex && ArtifactNames.IsHex(hex))
                    yield return new(hex, one.Size ?? 0, new DateTimeOffset((one.LastModified ?? time.GetUtcNow().UtcDateTime).ToUniversalTime()));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated is true);
    }

    public Task RemoveAsync(string hex, CancellationToken ct) =>
        AskAsync(() => client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = options.Bucket, Key = KeyOf(hex) }, ct));

    public void Dispose() => client.Dispose();

    private static AmazonS3Client Connect(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            AuthenticationRegion = options.Region,
            Timeout = TimeSpan.FromMinutes(5),
            MaxErrorRetry = 3,
        };
        if (options.Endpoint is { } endpoint)
            (config.ServiceURL, config.UseHttp) = (endpoint.ToString(), endpoint.Scheme == Uri.UriSchemeHttp);
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is null ? new(config) : new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    /// <returns>false when somebody else had stored it meanwhile</returns>
    private async Task<bool> SendAsync(string file, long size, string key, CancellationToken ct)
    {
        try
        {
            if (size <= LeastPart)
                await client.PutObjectAsync(new PutObjectRequest { BucketName = options.Bucket, Key = key, FilePath = file, IfNoneMatch = "*", ContentType = "application/octet-stream" }, ct);
            else
                await SendPartsAsync(file, size, key, ct);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            // Whoever was first brought the same bytes.
            return false;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw Away(e);
        }
    }

    private async Task SendPartsAsync(string file, long size, string key, CancellationToken ct)
    {
        var begun = await client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key, ContentType = "application/octet-stream" }, ct);
        try
        {
            var parts = new List<PartETag>();
            // 200 GB in 10,000 parts of 20 MB.
            var part = Math.Max(LeastPart, (size + MostParts - 1) / MostParts);
            for (long at = 0; at < size; at += part)
            {
                var sent = await client.UploadPartAsync(new UploadPartRequest
                {
                    BucketName = options.Bucket,
                    Key = key,
                    UploadId = begun.UploadId,
                    PartNumber = parts.Count + 1,
                    FilePath = file,
                    FilePosition = at,
                    PartSize = Math.Min(part, size - at),
                }, ct);
                parts.Add(new PartETag(parts.Count + 1, sent.ETag));
            }
            await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = begun.UploadId, PartETags = parts, IfNoneMatch = "*" }, ct);
        }
        catch
        {
            await GiveUpAsync(key, begun.UploadId);
            throw;
        }
    }

    // Not bound to the caller, who may have gone: parts that nobody completes would be paid for.
    private async Task GiveUpAsync(string key, string upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = upload }, CancellationToken.None);
        }
        catch (Exception e) when (IsAway(e))
        {
            LogPartsLeft(log, e, key);
        }
    }

    private string KeyOf(string hex) => $"{options.Prefix}sha256/{hex[..2]}/{hex}";

    /// <summary>Null for what is not there.</summary>
    private static async Task<T?> FindAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode is not "NoSuchBucket")
        {
            return null;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw Away(e);
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (IsAway(e))
        {
            throw Away(e);
        }
    }

    // A time limit of the client's own shows as a cancellation that nobody asked for.
    private static bool IsAway(Exception e) => e is AmazonServiceException or AmazonClientException or HttpRequestException or TaskCanceledException { InnerException: TimeoutException };

    private static ArtifactStoreException Away(Exception e) => new($"The artifact store does not answer as it should: {(e is AmazonServiceException { ErrorCode.Length: > 0 } told ? told.ErrorCode : e.GetType().Name)}.", e);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Artifact {Hex} no longer holds the bytes of its digest; moved to {Target}")]
    private static partial void LogQuarantined(ILogger log, string hex, string target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parts of {Key} stay in the bucket until its lifecycle rule removes them")]
    private static partial void LogPartsLeft(ILogger log, Exception e, string key);
}
