using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

public sealed class UploadTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_goes_on_where_it_was_after_a_restart()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var id = await BeginAsync(client, bytes.Length, DigestOf(bytes));
        await AppendAsync(client, id, 0, bytes[..100_000]);

        await host.StopAsync();
        await host.StartAsync();

        using var again = host.WithToken(client.Token);
        using var head = await again.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/v1/artifacts/uploads/{id}"), Ct);
        Assert.Equal("100000", head.Headers.GetValues("Upload-Offset").Single());
        await AppendAsync(again, id, 100_000, bytes[100_000..]);
        var done = await CompleteAsync(again, id, HttpStatusCode.OK);
        Assert.Equal(DigestOf(bytes), done.GetProperty("digest").GetString());
        Assert.Equal(bytes, await again.Http.GetByteArrayAsync(PathOf(DigestOf(bytes)), Ct));
    }

    [Fact]
    public async Task Bytes_that_are_stored_are_stored_once()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(10_000);
        await client.UploadAsync(bytes);

        using var again = await client.Http.PutAsync("/api/v1/artifacts", new ByteArrayContent(bytes), Ct);
        using var known = await client.Http.PostAsJsonAsync("/api/v1/artifacts/uploads", new { size = bytes.Length, digest = DigestOf(bytes) }, Ct);

        Assert.True((await JsonAsync(again)).GetProperty("deduplicated").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(DigestOf(bytes), (await JsonAsync(known)).GetProperty("digest").GetString());
    }

    [Fact]
    public async Task A_wrong_digest_removes_the_upload()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var id = await BeginAsync(client, bytes.Length, DigestOf([1]));
        await AppendAsync(client, id, 0, bytes);

        var problem = await CompleteAsync(client, id, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("digest", problem.GetProperty("field").GetString());
        Assert.Equal(DigestOf(bytes), problem.GetProperty("actual").GetString());
        await CompleteAsync(client, id, HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await client.Http.GetAsync(PathOf(DigestOf(bytes)), Ct)).StatusCode);
    }

    [Fact]
    public async Task Wrong_offsets_missing_bytes_and_too_many_bytes_are_refused_and_nothing_is_lost()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var id = await BeginAsync(client, bytes.Length, null);
        await AppendAsync(client, id, 0, bytes[..600]);

        using var gap = await SendAsync(client, id, 700, bytes[700..]);
        Assert.Equal(HttpStatusCode.Conflict, gap.StatusCode);
        Assert.Equal(600, (await JsonAsync(gap)).GetProperty("offset").GetInt64());
        await CompleteAsync(client, id, HttpStatusCode.Conflict);
        using var tooMany = await SendAsync(client, id, 600, new byte[401]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooMany.StatusCode);

        await AppendAsync(client, id, 600, bytes[600..]);
        Assert.Equal(DigestOf(bytes), (await CompleteAsync(client, id, HttpStatusCode.OK)).GetProperty("digest").GetString());
    }

    [Fact]
    public async Task An_upload_belongs_to_who_began_it()
    {
        using var client = await host.AsAsync(Role.Contributor);
        using var other = await host.AsAsync(Role.Contributor);
        var id = await BeginAsync(client, 10, null);

        using var answer = await SendAsync(other, id, 0, new byte[10]);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"size":-1}""", "size")]
    [InlineData("""{}""", "size")]
    [InlineData("""{"size":5,"digest":"md5:00"}""", "digest")]
    [InlineData("""{"size":9223372036854775807}""", "size")]
    public async Task A_bad_beginning_names_the_field(string body, string field)
    {
        using var client = await host.AsAsync(Role.Contributor);

        using var answer = await client.Http.PostAsync("/api/v1/artifacts/uploads", new StringContent(body, null, "application/json"), Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(field, (await JsonAsync(answer)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("ABCDEF")]
    public async Task A_name_that_is_no_digest_finds_nothing(string name)
    {
        using var client = await host.AsAsync(Role.Viewer);

        Assert.Equal(HttpStatusCode.NotFound, (await client.Http.GetAsync($"/api/v1/artifacts/sha256/{name}", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_corrupted_file_is_never_delivered_whole_and_can_be_uploaded_again()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        var digest = await client.UploadAsync(bytes);
        var file = Directory.GetFiles(host.Data, digest["sha256:".Length..], SearchOption.AllDirectories).Single();
        await using (var stream = File.OpenWrite(file))
        {
            stream.Position = 500_000;
            stream.WriteByte((byte)(bytes[500_000] ^ 1));
        }

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.Http.GetByteArrayAsync(PathOf(digest), Ct));

        Assert.Equal(HttpStatusCode.NotFound, (await client.Http.GetAsync(PathOf(digest), Ct)).StatusCode);
        Assert.Single(Directory.GetFiles(Path.Combine(host.Data, "artifacts", "quarantine"), digest["sha256:".Length..] + "*"));
        Assert.Equal(digest, await client.UploadAsync(bytes));
        Assert.Equal(bytes, await client.Http.GetByteArrayAsync(PathOf(digest), Ct));
    }

    [Fact]
    public async Task A_small_corrupted_file_and_a_range_of_one_answer_500()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var digest = await client.UploadAsync(bytes);
        var file = Directory.GetFiles(host.Data, digest["sha256:".Length..], SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, new byte[1000], Ct);

        using var answer = await client.Http.SendAsync(Range(digest, 10, 19), Ct);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData(10L, 19L, 206, 10, 10)]
    [InlineData(990L, 5000L, 206, 990, 10)]
    [InlineData(null, 5L, 206, 995, 5)]
    [InlineData(1000L, null, 416, 0, 0)]
    public async Task Ranges_are_honoured(long? from, long? to, int status, int start, int count)
    {
        using var client = await host.AsAsync(Role.Contributor);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var digest = await client.UploadAsync(bytes);

        using var answer = await client.Http.SendAsync(Range(digest, from, to), Ct);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 206)
            Assert.Equal(bytes[start..(start + count)], await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task Head_tells_whether_bytes_are_stored()
    {
        using var client = await host.AsAsync(Role.Contributor);
        var digest = await client.UploadAsync(new byte[17]);

        using var there = await client.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, PathOf(digest)), Ct);
        using var absent = await client.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, PathOf(DigestOf([9, 9]))), Ct);

        Assert.Equal(17, there.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    private static HttpRequestMessage Range(string digest, long? from, long? to)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, PathOf(digest));
        request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(from, to);
        return request;
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string PathOf(string digest) => $"/api/v1/artifacts/sha256/{digest["sha256:".Length..]}";

    private static async Task<string> BeginAsync(ApiClient client, long size, string? digest)
    {
        using var answer = await client.Http.PostAsJsonAsync("/api/v1/artifacts/uploads", new { size, digest }, Ct);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await JsonAsync(answer)).GetProperty("upload").GetString()!;
    }

    private static async Task AppendAsync(ApiClient client, string id, long offset, byte[] bytes)
    {
        using var answer = await SendAsync(client, id, offset, bytes);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(ApiClient client, string id, long offset, byte[] bytes)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/artifacts/uploads/{id}") { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("Upload-Offset", $"{offset}");
        return client.Http.SendAsync(request, Ct);
    }

    private static async Task<JsonElement> CompleteAsync(ApiClient client, string id, HttpStatusCode expected)
    {
        using var answer = await client.Http.PostAsync($"/api/v1/artifacts/uploads/{id}/complete", null, Ct);
        Assert.Equal(expected, answer.StatusCode);
        return await JsonAsync(answer);
    }

    private static Task<JsonElement> JsonAsync(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
}
