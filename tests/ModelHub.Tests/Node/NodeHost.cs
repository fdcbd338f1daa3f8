using ModelHub.Hosting;
using ModelHub.Tests.Onnx;

namespace ModelHub.Tests.Node;

/// <summary>The real node host in this process, on a port of its own.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private readonly TemporaryFolder? folder;
    private readonly WebApplication app;

    private NodeHost(WebApplication app, TemporaryFolder? folder)
    {
        this.app = app;
        this.folder = folder;
        var grpc = app.Services.GetRequiredService<GrpcListener>().Port;
        Address = app.Urls.Where(url => !BindingAddress.Parse(url).IsUnixPipe).Select(url => new Uri(url)).First(url => url.Port != grpc);
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + FakeApi.Caller);
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public static async Task<NodeHost> StartAsync(FakeApi api, string name, string? data = null, params string[] more)
    {
        var folder = data is null ? new TemporaryFolder() : null;
        var app = ModelHub.Node.Program.Create(
        [
            "--Api", api.Address.ToString(), "--Name", name, "--JoinToken", FakeApi.JoinToken, "--Data", data ?? folder!.Path,
            "--Urls", "http://127.0.0.1:0", "--Limits:ValidateFirst", "0", "--Limits:DrainMilliseconds", "200", "--Logging:LogLevel:Default", "Warning", .. more,
        ]);
        await app.StartAsync();
        return new NodeHost(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await app.DisposeAsync();
        folder?.Dispose();
    }
}
