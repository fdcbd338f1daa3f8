using System.Security.Cryptography;
using ModelHub.Protocol;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>A node that the API sends to the store for its artifacts.</summary>
public sealed class DirectArtifactTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_them_there_and_shows_its_key_to_nobody_else()
    {
        await using var api = await FakeApi.StartAsync();
        await using var store = await Store.StartAsync(CacheTests.Adder());
        api.SendsNodesTo = store.Address;
        await using var node = await NodeHost.StartAsync(api, "n1");

        await HoldAsync(api);

        Assert.Equal([Convert.ToHexStringLower(SHA256.HashData(CacheTests.Adder()))], store.Asked);
        Assert.Equal([""], store.Keys);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData(null)]
    public async Task Where_the_store_cannot_be_read_they_come_through_the_api(string? address)
    {
        await using var api = await FakeApi.StartAsync();
        await using var empty = await Store.StartAsync();
        api.SendsNodesTo = address ?? empty.Address;
        await using var node = await NodeHost.StartAsync(api, "n1");

        await HoldAsync(api);

        Assert.Equal(address is null ? 1 : 0, empty.Asked.Count);
    }

    [Theory]
    [InlineData(Silent.FromTheStart, 1)]
    [InlineData(Silent.HalfWay, 2)]
    public async Task A_store_that_falls_silent_is_given_up(Silent first, int asked)
    {
        await using var api = await FakeApi.StartAsync();
        await using var store = await Store.StartAsync(CacheTests.Adder());
        (api.SendsNodesTo, store.First) = (store.Address, first);
        await using var node = await NodeHost.StartAsync(api, "n1", more: ["--Limits:FetchSilenceMilliseconds", "300"]);

        await HoldAsync(api);

        Assert.Equal(asked, store.Asked.Count);
    }

    public enum Silent
    {
        Never,
        FromTheStart,
        HalfWay,
    }

    private static Task HoldAsync(FakeApi api)
    {
        api.Assign("n1", api.Assignment("sum", 1, CacheTests.Adder()));
        return Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is [{ State: PlacementState.Ready }]), "ready");
    }

    private sealed class Store(WebApplication app) : IAsyncDisposable
    {
        public List<string> Asked { get; } = [];

        public List<string> Keys { get; } = [];

        /// <summary>How it treats the first that asks.</summary>
        public Silent First { get; set; }

        public string Address => app.Urls.Single() + "/";

        public static async Task<Store> StartAsync(params byte[][] artifacts)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var store = new Store(app);
            app.MapGet("/{hex}", async (HttpContext context, string hex) =>
            {
                store.Asked.Add(hex);
                store.Keys.Add(context.Request.Headers.Authorization.ToString());
                if (artifacts.FirstOrDefault(bytes => Convert.ToHexStringLower(SHA256.HashData(bytes)) == hex) is not { } found)
                    return Results.NotFound();
                if (store.Asked.Count == 1 && store.First != Silent.Never)
                    await SaySomeAsync(context, store.First == Silent.HalfWay ? found.AsMemory(0, found.Length / 2) : default);
                return Results.Bytes(found);
            });
            await app.StartAsync(Ct);
            return store;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        /// <summary>Then nothing, until who asked goes away.</summary>
        private static async Task SaySomeAsync(HttpContext context, ReadOnlyMemory<byte> some)
        {
            if (!some.IsEmpty)
            {
                await context.Response.Body.WriteAsync(some, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }
}
