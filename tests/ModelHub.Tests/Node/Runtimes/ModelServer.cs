using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>A server that is not ours, as far as its protocol is concerned: it knows "linear", and "slow" that takes its time.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ModelServer(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public string Authority => new Uri(Address).Authority;

    /// <summary>Requests that came, whatever for.</summary>
    public int Requests { get; private set; }

    /// <summary>What is answered instead of any inference, when it is set.</summary>
    public int? Status { get; set; }

    public static async Task<ModelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ModelServer(builder.Build());
        server.Map();
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Map()
    {
        app.Use((context, next) =>
        {
            Requests++;
            return next(context);
        });
        app.MapGet("/v2", () => Results.Json(new { name = "other", version = "1", extensions = Array.Empty<string>() }));
        app.MapGet("/v2/models/{model}", (string model) => model is "linear" or "slow"
            ? Results.Json(new { name = model, inputs = Ports("x", 3), outputs = Ports("y", 1) })
            : Results.Json(new { error = "unknown" }, statusCode: 404));
        app.MapGet("/moved/v2/models/linear", () => Results.Redirect("/v2/models/linear"));
        app.MapPost("/v2/models/{model}/infer", (string model, JsonObject body, CancellationToken ct) => AnswerAsync(model, () =>
        {
            var x = body["inputs"]![0]!["data"]!.AsArray().Select(v => v!.GetValue<float>()).ToArray();
            return new JsonObject { ["outputs"] = new JsonArray(new JsonObject { ["name"] = "y", ["datatype"] = "FP32", ["shape"] = Numbers([x.Length / 3, 1]), ["data"] = Numbers(Y(x)) }) };
        }, ct));
        app.MapGet("/v1/models/{model}", (string model) => model is "linear" or "slow"
            ? Results.Json(new { model_version_status = new[] { new { version = "1", state = "AVAILABLE" } } })
            : Results.Json(new { error = "unknown" }, statusCode: 404));
        app.MapPost("/v1/models/{model}:predict", (string model, JsonObject body, CancellationToken ct) =>
            AnswerAsync(model, () => new JsonObject { ["outputs"] = Column(Y(Flat(body["inputs"]!["x"]!))) }, ct));
        app.MapGet("/ping", () => Results.Json(new { status = "Healthy" }));
        app.MapPost("/predictions/{model}", (string model, JsonObject body, CancellationToken ct) =>
            AnswerAsync(model, () => new JsonObject { ["predictions"] = Column(Y(Flat(body["instances"]!))) }, ct));
    }

    private async Task<IResult> AnswerAsync(string model, Func<JsonObject> answer, CancellationToken ct)
    {
        if (Status is { } status)
            return Results.Json(new { error = "as the test wants it" }, statusCode: status);
        if (model == "slow")
            await Task.Delay(TimeSpan.FromSeconds(20), ct);
        return Results.Json(answer(), (JsonSerializerOptions?)null);
    }

    private static float[] Y(float[] x) => [.. x.Chunk(3).Select(row => row[0] + 2 * row[1] + 3 * row[2] + 0.5f)];

    private static float[] Flat(JsonNode rows) => [.. rows.AsArray().SelectMany(row => row!.AsArray().Select(v => v!.GetValue<float>()))];

    private static JsonArray Numbers(IEnumerable<float> values) => new([.. values.Select(v => (JsonNode)v)]);

    private static JsonArray Column(IEnumerable<float> values) => new([.. values.Select(v => (JsonNode)new JsonArray(v))]);

    private static object[] Ports(string name, int columns) => [new { name, datatype = "FP32", shape = new[] { -1, columns } }];
}
