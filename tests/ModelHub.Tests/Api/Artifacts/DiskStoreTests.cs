using ModelHub.Api.Artifacts;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

public sealed class DiskStoreTests(ApiHost host) : StoreContract, IClassFixture<ApiHost>
{
    private protected override Task<IArtifactStore> StoreAsync() => Task.FromResult(host.App.Services.GetRequiredService<IArtifactStore>());

    private protected override Task SpoilAsync(string hex, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(host.Data, "artifacts", "sha256", hex[..2], hex), bytes, Ct);

    [Fact]
    public async Task Nobody_is_sent_to_a_folder()
    {
        var store = await StoreAsync();
        Assert.Null(await store.AddressAsync((await AddAsync(store, 10)).Hex, Ct));
    }
}
