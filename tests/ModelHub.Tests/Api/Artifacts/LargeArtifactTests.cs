using System.Text.Json;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

/// <summary>Runs when no other test does: it watches the memory of the whole process.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>Two gigabytes in and out, with the memory of the process watched.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class LargeArtifactTests(ApiHost host, ITestOutputHelper output) : IClassFixture<ApiHost>
{
    private const long Size = 2L << 30;
    private const long Allowed = 150L << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gigabytes_leave_the_memory_flat()
    {
        using var client = await host.AsAsync(Role.Contributor);
        await client.UploadAsync(new byte[1 << 20]);
        GC.Collect();
        var before = System.Environment.WorkingSet;
        using var watch = new PeakMemory();

        using var put = await client.Http.PutAsync("/api/v1/artifacts", new StreamContent(new Generated(Size), 128 * 1024), Ct);
        put.EnsureSuccessStatusCode();
        var digest = (await put.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("digest").GetString()!;
        using var get = await client.Http.GetAsync($"/api/v1/artifacts/sha256/{digest["sha256:".Length..]}", HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var body = await get.Content.ReadAsStreamAsync(Ct);
        var read = await CountAsync(body);

        Assert.Equal(Size, read);
        output.WriteLine($"memory {before >> 20} MB before, {watch.Peak >> 20} MB at most");
        Assert.InRange(watch.Peak - before, long.MinValue, Allowed);
    }

    private static async Task<long> CountAsync(Stream stream)
    {
        var buffer = new byte[256 * 1024];
        var total = 0L;
        for (int read; (read = await stream.ReadAsync(buffer, Ct)) > 0;)
            total += read;
        return total;
    }

    private sealed class PeakMemory : IDisposable
    {
        private readonly Timer timer;
        private long peak;

        public PeakMemory() => timer = new Timer(_ => peak = Math.Max(peak, System.Environment.WorkingSet), null, 0, 20);

        public long Peak => peak;

        public void Dispose() => timer.Dispose();
    }

    private sealed class Generated(long length) : Stream
    {
        private static readonly byte[] Pattern = [.. Enumerable.Range(0, 65536).Select(i => (byte)(i * 31 >> 3))];
        private long position;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(Math.Min(buffer.Length, Pattern.Length), length - position);
            Pattern.AsSpan(0, count).CopyTo(buffer);
            position += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get => position; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
