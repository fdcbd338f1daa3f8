using ModelHub.Hosting;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;

namespace ModelHub.Tests.Router;

/// <summary>The real router host in this process, on a port of its own.</summary>
internal sealed class RouterHost : IAsyncDisposable
{
    private readonly TemporaryFolder? folder;
    private readonly WebApplication app;

    private RouterHost(WebApplication app, TemporaryFolder? folder, string token)
    {
        this.app = app;
        this.folder = folder;
        var grpc = app.Services.GetRequiredService<GrpcListener>();
        Grpc = grpc.AddressBeside("http://127.0.0.1")!;
        Http = new HttpClient { BaseAddress = app.Urls.Select(url => new Uri(url)).First(url => url.Port != grpc.Port), Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
    }

    public HttpClient Http { get; }

    /// <summary>Base URL of gRPC.</summary>
    public string Grpc { get; }

    public static Task<RouterHost> StartAsync(FakeApi api, string? data = null, params string[] more) => StartAsync(api.Address, FakeApi.JoinToken, FakeApi.Caller, data, more);

    /// <param name="token">with which its callers come</param>
    public static async Task<RouterHost> StartAsync(Uri api, string joinToken, string token, string? data = null, params string[] more)
    {
        var folder = data is null ? new TemporaryFolder() : null;
        var app = ModelHub.Router.Program.Create(
        [
            "--Api", api.ToString(), "--Name", "r1", "--JoinToken", joinToken, "--Data", data ?? folder!.Path,
            "--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning", .. more,
        ]);
        await app.StartAsync();
        return new RouterHost(app, folder, token);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await app.DisposeAsync();
        folder?.Dispose();
    }
}
