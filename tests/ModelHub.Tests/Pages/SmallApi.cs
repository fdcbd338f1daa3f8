using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ModelHub.Tests.Pages;

/// <summary>A real HTTP server that knows as much of the api as signing in needs.</summary>
internal sealed class SmallApi : IAsyncDisposable
{
    private readonly WebApplication app;

    private SmallApi(WebApplication app) => this.app = app;

    public ConcurrentDictionary<string, byte> Codes { get; } = new();

    /// <summary>With which status it judges no code at all.</summary>
    public int? Refuses { get; set; }

    public ConcurrentDictionary<string, byte> Revoked { get; } = new();

    /// <summary>Bytes by the header of who stored them.</summary>
    public ConcurrentDictionary<string, byte[]> Stored { get; } = new();

    public string Url => AddressOf(app);

    public static async Task<SmallApi> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new SmallApi(app);
        app.MapPost("/api/v1/access/login-links/{code}/redeem", (string code) => api.Refuses is { } status ? Results.StatusCode(status) : api.Codes.TryRemove(code, out _)
            ? Results.Json(new { token = "mh_" + code, expiresAt = DateTimeOffset.UtcNow.AddHours(1), user = new { name = "mara", displayName = "Mara" } })
            : Results.Unauthorized());
        app.MapPost("/graphql", (HttpRequest request) => api.Revoked.ContainsKey(request.Headers.Authorization.ToString())
            ? Results.Unauthorized()
            : Results.Json(new { data = (object?)null, errors = new[] { new { message = "not known here" } } }));
        app.MapPut("/api/v1/artifacts", async (HttpRequest request) =>
        {
            using var bytes = new MemoryStream();
            await request.Body.CopyToAsync(bytes);
            api.Stored[request.Headers.Authorization.ToString()] = bytes.ToArray();
            return bytes.Length == 0 ? Results.Problem(title: "Nothing came.", statusCode: 400) : Results.Json(new { digest = "sha256:of-it", size = bytes.Length });
        });
        await app.StartAsync(ct);
        return api;
    }

    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
