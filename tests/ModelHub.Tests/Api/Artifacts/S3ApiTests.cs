using System.Net;
using System.Security.Cryptography;
using ModelHub.Domain.Access;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

/// <summary>The whole API over a bucket: upload, register, read, and where nodes are sent.</summary>
public sealed class S3ApiTests(MotoServer moto, TestPostgres postgres) : IClassFixture<MotoServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploads_and_downloads_go_through_the_bucket_and_nodes_are_sent_to_it()
    {
        moto.SkipUnlessThere();
        await using var host = new ApiHost(postgres) { MoreArguments = moto.Settings("whole") };
        await host.InitializeAsync();
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(20_000_000);
        var path = $"/api/v1/artifacts/sha256/{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

        using var put = await client.Http.PutAsync("/api/v1/artifacts", new ByteArrayContent(bytes), Ct);

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(bytes, await client.Http.GetByteArrayAsync(path, Ct));
        using var range = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new(19_000_000, 19_000_999) } };
        using var part = await client.Http.SendAsync(range, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[19_000_000..19_001_000], await part.Content.ReadAsByteArrayAsync(Ct));
        await using var node = await Control.TestPeer.JoinAsync(host.Address, Protocol.PeerKind.Node, "fetching");
        using var asNode = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address, DefaultRequestHeaders = { Authorization = new("Bearer", node.Welcome!.Key) } };
        using var sent = await asNode.GetAsync(path, Ct);
        using var through = await asNode.GetAsync(path + "?through=api", Ct);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, sent.StatusCode);
        using var stranger = new HttpClient();
        Assert.Equal(bytes, await stranger.GetByteArrayAsync(sent.Headers.Location, Ct));
        Assert.Equal(bytes, await through.Content.ReadAsByteArrayAsync(Ct));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(host.Data, "artifacts", "uploads")));
        Assert.False(Directory.Exists(Path.Combine(host.Data, "artifacts", "sha256")));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_told_as_such()
    {
        await using var host = new ApiHost(postgres) { MoreArguments = ["--Store:Kind=s3", "--Store:S3:Endpoint=http://127.0.0.1:9", "--Store:S3:Bucket=nowhere", "--Store:S3:AccessKey=key", "--Store:S3:SecretKey=secret-of-nobody"] };
        await host.InitializeAsync();
        using var client = await host.AsAsync(Role.Contributor);

        using var put = await client.Http.PutAsync("/api/v1/artifacts", new ByteArrayContent([1, 2, 3]), Ct);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, put.StatusCode);
        var told = await put.Content.ReadAsStringAsync(Ct);
        Assert.Contains("The artifact store does not answer", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-nobody", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_waits_for_a_store_that_is_away()
    {
        await using var host = new ApiHost(postgres) { MoreArguments = ["--Store:Kind=s3", "--Store:S3:Endpoint=http://127.0.0.1:9", "--Store:S3:Bucket=nowhere", "--Store:S3:AccessKey=key", "--Store:S3:SecretKey=secret-of-nobody"] };
        await host.InitializeAsync();
        using var client = await host.AsAsync(Role.Contributor);
        using var begun = await client.Http.PostAsJsonAsync("/api/v1/artifacts/uploads", new { size = 3 }, Ct);
        using var append = new HttpRequestMessage(HttpMethod.Patch, begun.Headers.Location) { Content = new ByteArrayContent([1, 2, 3]), Headers = { { "Upload-Offset", "0" } } };
        using var appended = await client.Http.SendAsync(append, Ct);

        using var completed = await client.Http.PostAsync($"{begun.Headers.Location}/complete", null, Ct);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, completed.StatusCode);
        using var head = await client.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, begun.Headers.Location), Ct);
        Assert.Equal("3", head.Headers.GetValues("Upload-Offset").Single());
    }

    [Fact]
    public void What_is_missing_is_told_before_anything_starts()
    {
        var faulty = Assert.Throws<ModelHub.Hosting.InvalidConfigurationException>(() => ModelHub.Api.Program.Create(
            ["--Database=Host=x", "--JoinToken=0123456789012345678901234567890123", "--Store:Kind=s3", "--Store:S3:AccessKey=key", "--Store:GraceHours=0", "--Store:S3:Endpoint=ftp://x"]));

        Assert.Equal(
            ["Store:S3:Endpoint: an absolute http or https address", "Store:S3:Bucket: missing", "Store:S3:SecretKey: missing", "Store:GraceHours: a number from 1 to 87600"],
            faulty.Faults);
    }
}
