using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using ModelHub.Api.Artifacts;
using ModelHub.Api.Configuration;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

public sealed class S3StoreTests(MotoServer moto) : StoreContract, IClassFixture<MotoServer>
{
    private const string Prefix = "contract/";

    private protected override Task<IArtifactStore> StoreAsync() => Task.FromResult<IArtifactStore>(Open(MotoServer.Bucket));

    private protected override Task SpoilAsync(string hex, byte[] bytes) =>
        moto.Client!.PutObjectAsync(new PutObjectRequest { BucketName = MotoServer.Bucket, Key = $"{Prefix}sha256/{hex[..2]}/{hex}", InputStream = new MemoryStream(bytes) }, Ct);

    [Fact]
    public async Task Whoever_has_the_address_reads_it_without_a_key()
    {
        var store = await StoreAsync();
        var (hex, bytes) = await AddAsync(store, 5000);

        var address = await store.AddressAsync(hex, Ct);

        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(address, Ct));
        Assert.DoesNotContain(MotoServer.Secret, address!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_breaks_leaves_no_parts_behind()
    {
        var store = await StoreAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AdoptAsync("/dev/null", new string('a', 64), stop.Token));

        Assert.Empty((await moto.Client!.ListMultipartUploadsAsync(MotoServer.Bucket, Ct)).MultipartUploads ?? []);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told_as_the_store_s_fault()
    {
        moto.SkipUnlessThere();
        using var store = Open("no-such-bucket");

        var told = await Assert.ThrowsAsync<ArtifactStoreException>(() => store.ListAsync(null, Ct).ToListAsync(Ct).AsTask());

        Assert.Contains("NoSuchBucket", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_tell_nobody_their_secret()
    {
        moto.SkipUnlessThere();
        await Task.CompletedTask;
        Assert.DoesNotContain(MotoServer.Secret, Options(MotoServer.Bucket).ToString(), StringComparison.Ordinal);
    }

    private S3Store Open(string bucket)
    {
        moto.SkipUnlessThere();
        return new S3Store(Options(bucket), TimeProvider.System, NullLogger<S3Store>.Instance);
    }

    private S3Options Options(string bucket) =>
        new(new Uri(moto.Address), "us-east-1", bucket, Prefix, MotoServer.Key, MotoServer.Secret, PathStyle: true, TimeSpan.FromMinutes(5));
}
