using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using ModelHub.Cli;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Data;
using ModelHub.Cli.Terminal;
using ModelHub.Domain.Access;
using ModelHub.Tests.Api;
using ModelHub.Tests.Api.Artifacts;
using Xunit;

namespace ModelHub.Tests.Cli.Data;

/// <summary>Data in a bucket on its way into a data version, over a real service and the real API.</summary>
public sealed class S3SourceTests(MotoServer moto, ApiHost host) : IClassFixture<MotoServer>, IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("s3://bucket/a/b.csv", "bucket", "a/b.csv")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://bucket/a/", "bucket", "a/")]
    public void An_address_names_a_bucket_and_a_key(string address, string bucket, string key) =>
        Assert.Equal((bucket, key), S3Source.Parse(address));

    [Theory]
    [InlineData("s3://bucket")]
    [InlineData("s3:///key")]
    public void An_address_without_one_of_them_is_refused(string address) =>
        Assert.Contains("s3://BUCKET/KEY", Assert.Throws<BrokenWorldException>(() => S3Source.Parse(address)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task All_data_files_below_a_prefix_are_sent_on_with_their_digest_and_where_they_came_from()
    {
        moto.SkipUnlessThere();
        var large = RandomNumberGenerator.GetBytes(9 << 20);
        await PutAsync("july/part-1.csv", "a,b\n1,2\n"u8.ToArray());
        await PutAsync("july/deep/part-2.parquet", large);
        await PutAsync("july/notes.txt", "not data"u8.ToArray());
        using var client = await host.AsAsync(Role.Contributor);

        var sent = await SendAsync(client.Http, $"s3://{MotoServer.Bucket}/july/");

        Assert.Equal(["deep/part-2.parquet", "part-1.csv"], sent.Select(one => one.Name));
        Assert.Equal(Hex(large), sent[0].Digest);
        Assert.Equal(large, await client.Http.GetByteArrayAsync($"/api/v1/artifacts/{sent[0].Digest.Replace(':', '/')}", Ct));
        Assert.StartsWith($"s3://{MotoServer.Bucket}/july/part-1.csv#", sent[1].Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_object_is_named_by_its_last_part()
    {
        moto.SkipUnlessThere();
        await PutAsync("one/rows.csv", "a\n1\n"u8.ToArray());
        using var client = await host.AsAsync(Role.Contributor);

        var sent = Assert.Single(await SendAsync(client.Http, $"s3://{MotoServer.Bucket}/one/rows.csv"));

        Assert.Equal("rows.csv", sent.Name);
        Assert.Equal(Hex("a\n1\n"u8.ToArray()), sent.Digest);
    }

    [Theory]
    [InlineData("nothing/here.csv")]
    [InlineData("nothing/")]
    public async Task What_is_not_there_is_told_by_its_address(string key)
    {
        moto.SkipUnlessThere();
        using var client = await host.AsAsync(Role.Contributor);
        var address = $"s3://{MotoServer.Bucket}/{key}";

        var fault = await Assert.ThrowsAsync<BrokenWorldException>(() => SendAsync(client.Http, address));

        Assert.StartsWith(address, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_kept_with_its_file_and_one_with_a_secret_is_refused()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var dataset = $"test.{Guid.NewGuid():N}";
        using var put = await client.Http.PutAsync("/api/v1/artifacts", new ByteArrayContent(Encoding.UTF8.GetBytes(dataset)), Ct);
        var digest = Hex(Encoding.UTF8.GetBytes(dataset));
        await client.DoAsync("createDataset", new { name = dataset }, "dataset { name }");

        var kept = await client.DoAsync("registerDataVersion", new { dataset, files = new[] { new { path = "rows.csv", digest, source = "s3://bucket/rows.csv#1" } } }, "dataVersion { files { path source } }");
        var refusals = new List<string>();
        foreach (var source in new[] { "https://user:secret@host/rows.csv", "https://host/rows.csv?X-Amz-Signature=1", "rows.csv" })
            refusals.Add((await client.RefusedAsync("registerDataVersion", new { dataset, files = new[] { new { path = "rows.csv", digest, source } } }, "dataVersion { number }")).GetProperty("message").GetString()!);

        Assert.Contains("s3://bucket/rows.csv#1", kept.ToString(), StringComparison.Ordinal);
        Assert.All(refusals, refusal => Assert.Contains("files.source", refusal, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<(string Name, string Digest, string Source)>> SendAsync(HttpClient api, string address)
    {
        var screen = new Screen(TextWriter.Null, TextWriter.Null, json: false, interactive: false);
        return await new S3Source(screen, Connect).SendAsync(address, new Upload(api, screen), Ct);
    }

    private AmazonS3Client Connect() => new(new BasicAWSCredentials(MotoServer.Key, MotoServer.Secret),
        new AmazonS3Config { ServiceURL = moto.Address, ForcePathStyle = true, AuthenticationRegion = "us-east-1", UseHttp = true });

    private async Task PutAsync(string key, byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        await moto.Client!.PutObjectAsync(new() { BucketName = MotoServer.Bucket, Key = key, InputStream = content }, Ct);
    }

    private static string Hex(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
