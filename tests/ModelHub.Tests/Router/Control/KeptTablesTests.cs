using System.Collections.Concurrent;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Router.Control;

public sealed class KeptTablesTests
{
    [Fact]
    public async Task A_table_lies_on_disk_when_the_api_hears_that_it_is_applied()
    {
        using var data = new TemporaryFolder();
        await using var api = await FakeApi.StartAsync();
        await using var router = await RouterHost.StartAsync(api, data.Path);
        await Until.TrueAsync(() => api.Peers.Count == 1 && api["r1"].AppliedAccess > 0, "the router is there");
        var disk = new LastState(Path.Combine(data.Path, "control"));
        var heard = new ConcurrentQueue<(long Told, long Kept)>();
        api["r1"].Hears = message =>
        {
            if (message is Applied { Kind: AppliedKind.Routes } applied)
                heard.Enqueue((applied.Revision, disk.Read<Routes>()?.Revision ?? -1));
        };

        for (var i = 1; i <= 20; i++)
        {
            api.Route("r1");
            var tables = i;
            await Until.TrueAsync(() => heard.Count >= tables, "the table is applied");
        }

        Assert.All(heard, one => Assert.Equal(one.Told, one.Kept));
    }

    [Fact]
    public async Task A_disk_that_takes_no_table_ends_no_stream()
    {
        using var data = new TemporaryFolder();
        await using var api = await FakeApi.StartAsync();
        // A folder stands where the table would be written.
        Directory.CreateDirectory(Path.Combine(data.Path, "control", "routes.json.next"));
        await using var router = await RouterHost.StartAsync(api, data.Path);
        await Until.TrueAsync(() => api.Peers.Count == 1 && api["r1"].AppliedAccess > 0, "the router is there");

        var (first, second) = (api.Route("r1"), api.Route("r1"));

        await Until.TrueAsync(() => api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision == second), "the second table is applied");
        Assert.True(first < second);
        Assert.Contains("modelhub_router_control_up 1", await router.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
