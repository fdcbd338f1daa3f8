using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Inference;

/// <summary>V2 JSON inference of a tiny model, batch 1 and 32: straight at a node, and through the router.</summary>
internal static class InferenceBenchmark
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);
    private static readonly int[] Callers = [1, 16];
    private static readonly int[] Batches = [1, 32];

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var stack = await Stack.StartAsync(ct);
        var model = await stack.ServedModelAsync("bench", 3, ct);
        var node = await NodeAsync(stack, ct);
        using var http = new HttpClient();
        var table = new Table("Inference, V2 JSON, y = 3 x, float32 [batch, 4]; load generator on the same machine", "path", "batch", "callers", "requests/s", "p50 ms", "p99 ms", "failed");
        foreach (var batch in Batches)
            foreach (var callers in Callers)
                foreach (var (path, url) in new[] { ("node", new Uri(node, $"/v2/models/{model}/infer")), ("router", new Uri(stack.Router, $"/staging/v2/models/{model}/infer")) })
                {
                    var bodies = Bodies(batch);
                    var seen = await Load.RunAsync(callers, Time, (count, token) => InferAsync(http, url, bodies[count % bodies.Length], stack.Token, token), ct);
                    table.Add(path, $"{batch}", $"{callers}", $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Failed}");
                }
        table.Print();
    }

    private static async Task<Uri> NodeAsync(Stack stack, CancellationToken ct)
    {
        var data = await stack.Admin.AskAsync("{ inferenceNodes { address placements { state } } }", null, ct);
        var holder = data["inferenceNodes"]!.AsArray().First(node => node!["placements"]!.AsArray().Any(placement => placement!["state"]!.GetValue<string>() == "READY"));
        return new Uri(holder!["address"]!.GetValue<string>());
    }

    // Rotating bodies: one repeated body would flatter the branch predictor.
    private static byte[][] Bodies(int batch) => [.. Enumerable.Range(0, 64).Select(seed => Body(batch, new Random(seed)))];

    private static byte[] Body(int batch, Random random)
    {
        var values = string.Join(',', Enumerable.Range(0, batch * 4).Select(_ => random.NextSingle().ToString(CultureInfo.InvariantCulture)));
        return Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[{{batch}},4],"data":[{{values}}]}]}""");
    }

    private static async Task<bool> InferAsync(HttpClient http, Uri url, byte[] body, string token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new("Bearer", token);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.SendAsync(request, ct);
        await response.Content.ReadAsByteArrayAsync(ct);
        return response.IsSuccessStatusCode;
    }
}
