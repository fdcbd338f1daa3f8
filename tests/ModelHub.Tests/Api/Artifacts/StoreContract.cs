using System.Security.Cryptography;
using ModelHub.Api.Artifacts;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

/// <summary>What every store of artifacts keeps to.</summary>
public abstract class StoreContract : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mh-store-");

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected abstract Task<IArtifactStore> StoreAsync();

    /// <summary>Changes stored bytes behind the store's back.</summary>
    private protected abstract Task SpoilAsync(string hex, byte[] bytes);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    // Over the size at which an object goes in parts, and no multiple of a part.
    [InlineData((33 << 20) + 7)]
    public async Task What_was_stored_is_read_again(int size)
    {
        var store = await StoreAsync();
        var bytes = RandomNumberGenerator.GetBytes(size);
        var hex = HexOf(bytes);
        var file = Write(bytes);

        Assert.True(await store.AdoptAsync(file, hex, Ct));

        Assert.False(File.Exists(file));
        Assert.Equal(size, await store.SizeAsync(hex, Ct));
        Assert.Equal(bytes, await ReadAsync(store, hex, 0));
        Assert.True(await store.VerifyAsync(hex, Ct));
    }

    [Fact]
    public async Task It_is_read_from_any_place_on()
    {
        var store = await StoreAsync();
        var (hex, bytes) = await AddAsync(store, 50_000);

        await using var read = await store.OpenAsync(hex, 49_000, Ct);

        Assert.Equal(50_000, read!.Length);
        Assert.Equal(bytes[49_000..], await RestOf(read));
    }

    [Fact]
    public async Task What_is_stored_already_is_not_stored_again()
    {
        var store = await StoreAsync();
        var (hex, bytes) = await AddAsync(store, 1000);
        var file = Write(bytes);

        Assert.False(await store.AdoptAsync(file, hex, Ct));

        Assert.False(File.Exists(file));
        Assert.Equal(bytes, await ReadAsync(store, hex, 0));
    }

    [Fact]
    public async Task Of_many_who_store_the_same_at_once_all_come_through()
    {
        var store = await StoreAsync();
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var hex = HexOf(bytes);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.AdoptAsync(Write(bytes), hex, Ct), Ct)));

        Assert.Equal(bytes, await ReadAsync(store, hex, 0));
        Assert.Single(await store.ListAsync(null, Ct).Where(one => one.Hex == hex).ToListAsync(Ct));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_no_error()
    {
        var store = await StoreAsync();
        var hex = HexOf(RandomNumberGenerator.GetBytes(10));

        Assert.Null(await store.SizeAsync(hex, Ct));
        Assert.Null(await store.OpenAsync(hex, 0, Ct));
        Assert.False(await store.VerifyAsync(hex, Ct));
        await store.QuarantineAsync(hex, Ct);
        await store.RemoveAsync(hex, Ct);
    }

    [Fact]
    public async Task Bytes_that_are_not_those_of_their_name_go_out_of_service_and_can_come_anew()
    {
        var store = await StoreAsync();
        var (hex, bytes) = await AddAsync(store, 1000);
        await SpoilAsync(hex, new byte[1000]);

        Assert.False(await store.VerifyAsync(hex, Ct));

        Assert.Null(await store.SizeAsync(hex, Ct));
        Assert.DoesNotContain(await store.ListAsync(null, Ct).ToListAsync(Ct), one => one.Hex == hex);
        Assert.True(await store.AdoptAsync(Write(bytes), hex, Ct));
        Assert.True(await store.VerifyAsync(hex, Ct));
    }

    [Fact]
    public async Task A_cut_object_is_replaced_by_a_whole_one()
    {
        var store = await StoreAsync();
        var (hex, bytes) = await AddAsync(store, 1000);
        await SpoilAsync(hex, bytes[..500]);

        Assert.True(await store.AdoptAsync(Write(bytes), hex, Ct));

        Assert.Equal(bytes, await ReadAsync(store, hex, 0));
    }

    [Fact]
    public async Task All_is_listed_in_the_order_of_names_and_on_from_any_name()
    {
        var store = await StoreAsync();
        var added = new List<string>();
        for (var i = 0; i < 12; i++)
            added.Add((await AddAsync(store, 100 + i)).Hex);
        var sorted = added.Order(StringComparer.Ordinal).ToList();

        var all = await store.ListAsync(null, Ct).Where(one => added.Contains(one.Hex)).ToListAsync(Ct);
        var later = await store.ListAsync(sorted[4], Ct).Where(one => added.Contains(one.Hex)).Select(one => one.Hex).ToListAsync(Ct);

        Assert.Equal(sorted, all.Select(one => one.Hex));
        Assert.Equal(sorted[5..], later);
        Assert.Equal(added.Select((hex, i) => (hex, (long)(100 + i))).Order(), all.Select(one => (one.Hex, one.Size)).Order());
        Assert.All(all, one => Assert.InRange(one.StoredAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1)));
    }

    [Fact]
    public async Task What_is_removed_is_gone()
    {
        var store = await StoreAsync();
        var (hex, _) = await AddAsync(store, 1000);

        await store.RemoveAsync(hex, Ct);

        Assert.Null(await store.SizeAsync(hex, Ct));
        Assert.Null(await store.OpenAsync(hex, 0, Ct));
    }

    private protected async Task<(string Hex, byte[] Bytes)> AddAsync(IArtifactStore store, int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        Assert.True(await store.AdoptAsync(Write(bytes), HexOf(bytes), Ct));
        return (HexOf(bytes), bytes);
    }

    private protected static string HexOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(folder.FullName, Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static async Task<byte[]> ReadAsync(IArtifactStore store, string hex, long from)
    {
        await using var read = await store.OpenAsync(hex, from, Ct);
        return await RestOf(read!);
    }

    private static async Task<byte[]> RestOf(ArtifactBytes bytes)
    {
        using var all = new MemoryStream();
        await bytes.Content.CopyToAsync(all, Ct);
        return all.ToArray();
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
