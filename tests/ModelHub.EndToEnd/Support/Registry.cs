using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ModelHub.EndToEnd.Support;

/// <summary>Where one version came to.</summary>
/// <param name="Refusal">why it is not there; null when it is ready</param>
internal sealed record Registered(string Model, string? Refusal);

/// <summary>Registers and places many models at once over the API, as a CI job does with one command each.</summary>
internal sealed class Registry(Stack stack) : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);
    private readonly HttpClient http = Client(stack);

    public void Dispose() => http.Dispose();

    /// <summary>Ends when the version is ready or refused, by the store or by validation.</summary>
    public async Task<Registered> RegisterAsync(string part, byte[] bytes, CancellationToken ct, string format = "onnx")
    {
        var model = Registering.NewModelName(part);
        if (await UploadAsync(bytes, ct) is { } refusal)
            return new(model, refusal);
        await stack.Admin.ChangeAsync("createModel", new { name = model }, "model { name }", ct);
        var payload = await SubmitAsync(model, bytes, format, ct);
        if (payload["version"] is null)
            return new(model, payload["errors"]![0]!["message"]!.GetValue<string>());
        var version = await Eventually.GetAsync($"{model} is validated", () => SettledAsync(model, 1, ct), Bound, ct);
        return new(model, version["failure"]?.GetValue<string>());
    }

    /// <summary>One more version of a model that is there; ends when it is ready.</summary>
    /// <returns>its number</returns>
    public async Task<int> AddVersionAsync(string model, byte[] bytes, CancellationToken ct)
    {
        if (await UploadAsync(bytes, ct) is { } refusal)
            throw new UnexpectedAnswerException(refusal);
        var payload = await SubmitAsync(model, bytes, "onnx", ct);
        var number = payload["version"]?["number"]?.GetValue<int>() ?? throw new UnexpectedAnswerException(payload.ToJsonString());
        var version = await Eventually.GetAsync($"{model}@{number} is validated", () => SettledAsync(model, number, ct), Bound, ct);
        return version["failure"] is null ? number : throw new UnexpectedAnswerException(version.ToJsonString());
    }

    /// <summary>Live in staging; ends when the promotion has.</summary>
    public async Task PlaceAsync(string model, CancellationToken ct)
    {
        var promoted = await stack.Admin.ChangeAsync("promoteVersion", new { model, version = 1, environment = "staging" }, "promotion { id }", ct);
        var id = promoted["promotion"]!["id"]!.GetValue<string>();
        await Eventually.HoldsAsync($"{model} is live", async () =>
        {
            var found = await stack.Admin.AskAsync("query($id: ID!) { node(id: $id) { ... on Promotion { state reason } } }", new { id }, ct);
            var state = found["node"]!["state"]!.GetValue<string>();
            return state is "REFUSED" or "REJECTED" or "ABORTED" or "ROLLED_BACK" or "FAILED" ? throw new UnexpectedAnswerException(found.ToJsonString()) : state == "LIVE";
        }, Bound, ct);
    }

    /// <summary>REST and gRPC base URLs of a node that holds the model.</summary>
    public async Task<(Uri Http, Uri Grpc)> HolderAsync(string model, CancellationToken ct)
    {
        var found = await stack.Admin.AskAsync("{ inferenceNodes { address grpcAddress placements { state version { model { name } } } } }", null, ct);
        var holder = found["inferenceNodes"]!.AsArray().First(node => node!["placements"]!.AsArray().Any(p =>
            p!["state"]!.GetValue<string>() == "READY" && p["version"]!["model"]!["name"]!.GetValue<string>() == model))!;
        return (new Uri(holder["address"]!.GetValue<string>()), new Uri(holder["grpcAddress"]!.GetValue<string>()));
    }

    private static HttpClient Client(Stack stack)
    {
        var client = new HttpClient { BaseAddress = stack.Api, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stack.Token);
        return client;
    }

    private async Task<JsonNode> SubmitAsync(string model, byte[] bytes, string format, CancellationToken ct)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        var answer = await stack.Admin.SendAsync(
            "mutation($input: RegisterVersionInput!) { registerVersion(input: $input) { version { number } errors { ... on Error { message } } } }",
            new { input = new { model, digest, format } }, ct);
        return answer["data"]?["registerVersion"] ?? throw new UnexpectedAnswerException(answer.ToJsonString());
    }

    private async Task<JsonNode?> SettledAsync(string model, int number, CancellationToken ct)
    {
        var found = await stack.Admin.AskAsync("query($m: String!, $v: Int!) { version(model: $m, version: $v) { state failure } }", new { m = model, v = number }, ct);
        return found["version"]?["state"]?.GetValue<string>() is "READY" or "FAILED" ? found["version"] : null;
    }

    /// <returns>why the store does not take it</returns>
    private async Task<string?> UploadAsync(byte[] bytes, CancellationToken ct)
    {
        using var opened = await http.PostAsJsonAsync("api/v1/artifacts/uploads", new { size = bytes.Length, digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)) }, ct);
        if (await RefusalAsync(opened, ct) is { } refused)
            return refused;
        if ((await opened.Content.ReadFromJsonAsync<JsonObject>(ct))!["upload"]?.GetValue<string>() is not { } upload)
            return null;
        using var piece = new HttpRequestMessage(HttpMethod.Patch, $"api/v1/artifacts/uploads/{upload}") { Content = new ByteArrayContent(bytes) };
        piece.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        piece.Headers.Add("Upload-Offset", "0");
        using var appended = await http.SendAsync(piece, ct);
        if (await RefusalAsync(appended, ct) is { } cut)
            return cut;
        using var completed = await http.PostAsJsonAsync($"api/v1/artifacts/uploads/{upload}/complete", new { }, ct);
        return await RefusalAsync(completed, ct);
    }

    // A fault of the server is none of a file's: it fails the test.
    private static async Task<string?> RefusalAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.IsSuccessStatusCode)
            return null;
        var text = await answer.Content.ReadAsStringAsync(ct);
        return (int)answer.StatusCode < 500 ? text : throw new UnexpectedAnswerException($"{(int)answer.StatusCode}: {text}");
    }
}
