using ModelHub.Hosting;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;

namespace ModelHub.Tests.Router;

/// <summary>The real router host in this process, on a port of its own.</summary>
internal sealed class RouterHost : IAsyncDisposable
{
    private readonly TemporaryFolder? folder;
    private readonly WebApplication app;

    private RouterHost(WebApplication app, TemporaryFolder? folder)
    {
        this.app = app;
        this.folder = folder;
        var grpc = app.Services.GetRequiredService<GrpcListener>();
        Grpc = grpc.AddressBeside("http://127.0.0.1")!;
        Http = new HttpClient { BaseAddress = app.Urls.Select(url => new Uri(url)).First(url => url.Port != grpc.Port), Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + FakeApi.Caller);
    }

    public HttpClient Http { get; }

    /// <summary>Base URL of gRPC.</summary>
    public string Grpc { get; }

    public static async Task<RouterHost> StartAsync(FakeApi api, string? data = null, params string[] more)
    {
        var folder = data is null ? new TemporaryFolder() : null;
        var app = ModelHub.Router.Program.Create(
        [
            "--Api", api.Address.ToString(), "--Name", "r1", "--JoinToken", FakeApi.JoinToken, "--Data", data ?? folder!.Path,
            "--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning", .. more,
        ]);
        await app.StartAsync();
        return new RouterHost(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await app.DisposeAsync();
        folder?.Dispose();
    }
}
