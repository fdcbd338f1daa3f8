using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using ModelHub.EndToEnd.Support;
using ModelHub.Hosting;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router;

/// <summary>Routers and nodes of one machine speak over sockets in the file system, and over ports wherever these are not to be had.</summary>
public sealed class LocalSocketTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly int port = FreePorts.Neighbours(1);
    private FakeApi api = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Sockets => Path.Combine(folder.Path, "s");

    private string Mine => Path.Combine(Sockets, $"{port}.sock");

    private string[] Locally => [$"--{LocalSocket.Setting}", Sockets];

    public async ValueTask InitializeAsync() => api = await FakeApi.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_router_reaches_a_node_of_its_machine_over_its_socket()
    {
        await using var node = await NodeAsync(Locally);
        await using var router = await RouterHost.StartAsync(api, null, Locally);
        await RouteAsync();

        var status = await AskAsync(router);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(0, Connections());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Sockets));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_socket_that_answers_it_goes_by_the_port(bool left)
    {
        await using var node = await NodeAsync();
        Directory.CreateDirectory(Sockets);
        if (left)
            await File.WriteAllTextAsync(Mine, "", Ct);
        await using var router = await RouterHost.StartAsync(api, null, Locally);
        await RouteAsync();

        var status = await AskAsync(router);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(Connections() > 0);
    }

    [Fact]
    public async Task A_node_takes_the_place_of_a_socket_that_a_killed_one_left()
    {
        Directory.CreateDirectory(Sockets);
        await File.WriteAllTextAsync(Mine, "", Ct);

        await using var node = await NodeAsync(Locally);

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Mine), Ct);
        await socket.SendAsync("GET /v2/health/live HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);
        var answer = new byte[64];
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_whose_path_is_too_long_is_told_at_start()
    {
        var path = "/" + new string('a', LocalSocket.LongestFolder);

        var wrong = await Assert.ThrowsAsync<InvalidConfigurationException>(() => RouterHost.StartAsync(api, null, $"--{LocalSocket.Setting}", path));

        Assert.Contains($"{LocalSocket.Setting}: a folder whose path has at most {LocalSocket.LongestFolder} bytes", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5091", "5091.sock")]
    [InlineData("http://localhost:5091", "5091.sock")]
    [InlineData("http://10.0.0.7:5091", null)]
    [InlineData("https://127.0.0.1:5091", null)]
    [InlineData("http://127.0.0.1:0", null)]
    public void Only_a_certain_port_of_loopback_has_a_socket_beside_it(string url, string? name) =>
        Assert.Equal(name is null ? null : Path.Combine(Sockets, name), LocalSocket.Beside(Sockets, url));

    private Task<NodeHost> NodeAsync(params string[] more) => NodeHost.StartAsync(api, "n1", null, ["--Urls", $"http://127.0.0.1:{port}", .. more]);

    private async Task RouteAsync()
    {
        var version = api.Assignment("m", 1, TinyModel.Linear([1], 0));
        var assigned = api.Assign("n1", version);
        await Until.TrueAsync(() => api["n1"].Placements is { } p && p.Revision >= assigned && p.Items is [{ State: PlacementState.Ready }], "n1 holds it");
        RouteVariant primary = new(Guid.CreateVersion7(), version.VersionId, 1, VariantRole.Primary, 100, [new RouteNode(api["n1"].Id, $"http://127.0.0.1:{port}")]);
        var revision = api.Route("r1", new RouteEndpoint(Guid.CreateVersion7(), "production", "m", [primary]));
        await Until.TrueAsync(
            () => api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision) && api.Peers.All(p => p.AppliedAccess >= api.AccessRevision), "the router applied its table");
    }

    private static async Task<HttpStatusCode> AskAsync(RouterHost router)
    {
        using var content = new StringContent("""{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}""", Encoding.UTF8, "application/json");
        using var answer = await router.Http.PostAsync("/production/v2/models/m/infer", content, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return answer.StatusCode;
    }

    /// <summary>Over TCP to the node.</summary>
    private int Connections() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(connection => connection.RemoteEndPoint.Port == port && connection.State == TcpState.Established);
}
