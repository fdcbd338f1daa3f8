using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Inference;

/// <summary>Files and requests made to do harm, against a whole running ModelHub that must not even notice.</summary>
[Collection(SharedStack.Name)]
public sealed class HostileFiles(SharedStack shared)
{
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 6 };
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Every_hostile_file_is_refused_limited_or_harmless_while_another_model_serves()
    {
        var ct = TestContext.Current.CancellationToken;
        using var registry = new Registry(stack);
        var bystander = await stack.ServedModelAsync("bystander", 3, ct);
        var hosts = ProcessTree.Hosts(stack.ProcessId);
        ConcurrentBag<string> wrong = [];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var bystanding = ServeAsync(bystander, wrong, over.Token);

        var files = SharedData.Json("hostile", "index.json").GetProperty("files").EnumerateArray()
            .Select(f => (File: f.GetProperty("file").GetString()!, Expect: f.GetProperty("expect").GetString()!))
            .Where(f => f.File.Split('/')[0] is "onnx" or "archive");
        await Parallel.ForEachAsync(files, AtOnce, async (file, _) =>
        {
            if (await FaultAsync(registry, file.File, file.Expect, ct) is { } fault)
                wrong.Add($"{file.File}: {fault}");
        });
        await over.CancelAsync();
        var answered = await bystanding;

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
        Assert.True(answered > 20, $"the bystander answered {answered} times only");
        Assert.Equal(hosts, ProcessTree.Hosts(stack.ProcessId).Intersect(hosts));
    }

    [Fact]
    public async Task Every_hostile_request_is_refused_with_a_reason()
    {
        var ct = TestContext.Current.CancellationToken;
        using var registry = new Registry(stack);
        var iris = await registry.RegisterAsync("hostile", File.ReadAllBytes(SharedData.At("models", "iris_lr_nozipmap", "model.onnx")), ct);
        await registry.PlaceAsync(iris.Model, ct);

        foreach (var file in Directory.EnumerateFiles(SharedData.At("hostile", "request")).Order())
        {
            var (status, body) = await PostAsync($"/staging/v2/models/{iris.Model}/infer", File.ReadAllBytes(file), ct);
            Assert.True(status is >= 400 and < 500, $"{Path.GetFileName(file)}: {status} {body}");
            Assert.InRange(JsonDocument.Parse(body).RootElement.GetProperty("error").GetString()!.Length, 10, 1000);
        }
    }

    private async Task<string?> FaultAsync(Registry registry, string file, string expect, CancellationToken ct)
    {
        Registered registered;
        try
        {
            registered = await registry.RegisterAsync("hostile", File.ReadAllBytes(SharedData.At(["hostile", .. file.Split('/')])), ct);
        }
        catch (Exception e) when (e is UnexpectedAnswerException or TimeoutException)
        {
            return e.Message;
        }
        if (registered.Refusal is { } refusal)
            return expect == "serve" ? $"refused: {refusal}" : refusal.Length > 10 ? null : "refused without a reason";
        if (expect == "reject" || file.StartsWith("archive/", StringComparison.Ordinal))
            return "was registered";
        await registry.PlaceAsync(registered.Model, ct);
        return await AskedAsync(registered.Model, expect, ct);
    }

    // One row of ones, in the words of the model's own metadata.
    private async Task<string?> AskedAsync(string model, string expect, CancellationToken ct)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(stack.Router, $"/staging/v2/models/{model}"));
        asked.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Token);
        using var response = await Http.SendAsync(asked, ct);
        var metadata = JsonDocument.Parse(await response.Content.ReadAsStringAsync(ct)).RootElement;
        var inputs = metadata.GetProperty("inputs").EnumerateArray().Select(input =>
        {
            long[] shape = [.. input.GetProperty("shape").EnumerateArray().Select(d => Math.Max(1, d.GetInt64()))];
            return new { name = input.GetProperty("name").GetString(), datatype = input.GetProperty("datatype").GetString(), shape, data = Enumerable.Repeat(1, (int)shape.Aggregate(1L, (a, b) => a * b)) };
        });
        var (status, body) = await PostAsync($"/staging/v2/models/{model}/infer", JsonSerializer.SerializeToUtf8Bytes(new { inputs }), ct);
        JsonDocument.Parse(body).Dispose();
        return expect == "serve" && status != 200 ? $"is not served: {status} {body}"
            : status is 200 or (>= 400 and < 500) or 504 ? null
            : $"{status} {body}";
    }

    private async Task<int> ServeAsync(string model, ConcurrentBag<string> wrong, CancellationToken over)
    {
        var answered = 0;
        try
        {
            while (!over.IsCancellationRequested)
            {
                var (status, body) = await PostAsync($"/staging/v2/models/{model}/infer", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}"""u8.ToArray(), over);
                if (status != 200)
                    wrong.Add($"the bystander answered {status} {body}");
                answered++;
                await Task.Delay(20, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // All files were tried.
        }
        return answered;
    }

    private async Task<(int Status, string Body)> PostAsync(string path, byte[] json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, path)) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Token);
        using var response = await Http.SendAsync(request, ct);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(ct)));
    }
}
