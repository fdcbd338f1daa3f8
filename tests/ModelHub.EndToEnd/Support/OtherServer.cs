using System.Text.Json.Nodes;

namespace ModelHub.EndToEnd.Support;

/// <summary>A server of the Open Inference Protocol that is not ours. It knows the model "doubling": y = 2 · x for rows of two numbers.</summary>
internal sealed class OtherServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private OtherServer(WebApplication app) => this.app = app;

    /// <summary>Where it listens, chosen before the stack starts: nodes speak only to servers that their operator lists.</summary>
    public static int Port { get; } = FreePorts.Neighbours(1);

    public static string Url => $"http://127.0.0.1:{Port}";

    public static async Task<OtherServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/v2/health/ready", () => Results.Json(new { ready = true }));
        app.MapGet("/v2/models/doubling", () => Results.Json(new { name = "doubling", inputs = Columns("x"), outputs = Columns("y") }));
        app.MapGet("/v2/models/doubling/ready", () => Results.Json(new { name = "doubling", ready = true }));
        app.MapPost("/v2/models/doubling/infer", (JsonObject body) => Results.Json(Doubled(body["inputs"]![0]!["data"]!.AsArray())));
        await app.StartAsync();
        return new OtherServer(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static object[] Columns(string name) => [new { name, datatype = "FP32", shape = new[] { -1, 2 } }];

    private static object Doubled(JsonArray data) => new
    {
        model_name = "doubling",
        outputs = new[] { new { name = "y", datatype = "FP32", shape = new[] { data.Count / 2, 2 }, data = data.Select(value => 2 * value!.GetValue<double>()).ToArray() } },
    };
}
