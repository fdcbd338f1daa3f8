using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Inference;

/// <summary>Models trained elsewhere, from registration to their expected answers through the router: as V2, and as rows of named fields.</summary>
[Collection(SharedStack.Name)]
public sealed class SharedModels(SharedStack shared)
{
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 8 };
    private static readonly HttpClient Http = new();
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Every_model_gives_its_expected_answers_through_V2_and_predict()
    {
        var ct = TestContext.Current.CancellationToken;
        using var registry = new Registry(stack);
        string[][] folders = [.. new[] { "models", "torch" }.SelectMany(kind => SharedData.Folders(kind).Select(name => new[] { kind, name }))];
        ConcurrentBag<string> wrong = [];

        await Parallel.ForEachAsync(folders, AtOnce, async (folder, _) =>
        {
            try
            {
                var registered = await registry.RegisterAsync("shared", File.ReadAllBytes(SharedData.At([.. folder, "model.onnx"])), ct);
                if (registered.Refusal is { } refusal)
                    throw new UnexpectedAnswerException(refusal);
                await registry.PlaceAsync(registered.Model, ct);
                await CompareAsync(folder, registered.Model, ct);
            }
            catch (Exception e) when (e is UnexpectedAnswerException or TimeoutException or InvalidOperationException or KeyNotFoundException)
            {
                wrong.Add($"{folder[1]}: {e.Message}");
            }
        });

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
    }

    private async Task CompareAsync(string[] folder, string model, CancellationToken ct)
    {
        var request = SharedData.Json([.. folder, "inputs.json"]);
        // A server gives what ONNX Runtime gives, where that differs from the framework.
        var expected = SharedData.Json([.. folder, File.Exists(SharedData.At([.. folder, "expected_ort.json"])) ? "expected_ort.json" : "expected.json"]).GetProperty("outputs");

        var v2 = await PostAsync($"/staging/v2/models/{model}/infer", request.GetRawText(), ct);
        foreach (var want in expected.EnumerateArray())
            Tensor(want, v2.GetProperty("outputs").EnumerateArray().Single(o => Name(o) == Name(want)));

        var (rows, count) = Rows(request);
        var predictions = (await PostAsync($"/staging/predict/{model}", rows, ct)).GetProperty("predictions");
        if (predictions.GetArrayLength() != count)
            throw new UnexpectedAnswerException($"{predictions.GetArrayLength()} predictions of {count} rows");
        foreach (var want in expected.EnumerateArray())
            for (var row = 0; row < count; row++)
                Row(want, row, count, predictions[row].GetProperty(Name(want)));
    }

    private async Task<JsonElement> PostAsync(string path, string json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, path)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stack.Token);
        using var response = await Http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new UnexpectedAnswerException($"{path}: {(int)response.StatusCode} {text}");
    }

    // An input of one column is a field of its name; one of several columns without names takes an array.
    private static (string Json, int Count) Rows(JsonElement request)
    {
        var inputs = request.GetProperty("inputs").EnumerateArray().ToList();
        var count = inputs[0].GetProperty("shape")[0].GetInt32();
        var rows = Enumerable.Range(0, count).Select(_ => new JsonObject()).ToArray();
        // The other way round than the signature: the order of fields does not matter.
        foreach (var input in Enumerable.Reverse(inputs))
        {
            var data = input.GetProperty("data");
            var width = data.GetArrayLength() / count;
            for (var row = 0; row < count; row++)
                rows[row][Name(input)] = width == 1
                    ? JsonNode.Parse(data[row].GetRawText())
                    : new JsonArray([.. Enumerable.Range(row * width, width).Select(i => JsonNode.Parse(data[i].GetRawText()))]);
        }
        return (new JsonArray([.. rows]).ToJsonString(), count);
    }

    private static void Tensor(JsonElement want, JsonElement got)
    {
        var data = want.GetProperty("data").EnumerateArray().ToList();
        // A ZipMap is written down as one object per row; over the wire it is a tensor with labels.
        var values = data[0].ValueKind != JsonValueKind.Object ? data
            : [.. data.SelectMany(row => got.GetProperty("parameters").GetProperty("labels").EnumerateArray().Select(label => row.GetProperty(label.GetString()!)))];
        if (values.Count != got.GetProperty("data").GetArrayLength())
            throw new UnexpectedAnswerException($"{Name(want)}: {got.GetProperty("data").GetArrayLength()} values instead of {values.Count}");
        foreach (var (w, g) in values.Zip(got.GetProperty("data").EnumerateArray()))
            Same(Name(want), w, g);
    }

    private static void Row(JsonElement want, int row, int count, JsonElement got)
    {
        var data = want.GetProperty("data");
        var width = data.GetArrayLength() / count;
        if (data[row].ValueKind == JsonValueKind.Object)
            foreach (var label in data[row].EnumerateObject())
                Same(Name(want), label.Value, got.GetProperty(label.Name));
        else if (width == 1)
            Same(Name(want), data[row], got.ValueKind == JsonValueKind.Array ? got[0] : got);
        else if (got.ValueKind == JsonValueKind.Object)
            foreach (var (label, i) in got.EnumerateObject().Select((label, i) => (label, i)))
                Same(Name(want), data[row * width + i], label.Value);
        else
            for (var i = 0; i < width; i++)
                Same(Name(want), data[row * width + i], got[i]);
    }

    private static void Same(string name, JsonElement want, JsonElement got)
    {
        var same = got.ValueKind == JsonValueKind.String
            ? want.GetString() == got.GetString()
            : Math.Abs(got.GetDouble() - want.GetDouble()) <= 1e-6 + 1e-4 * Math.Abs(want.GetDouble());
        if (!same)
            throw new UnexpectedAnswerException(string.Create(CultureInfo.InvariantCulture, $"{name}: {got} instead of {want}"));
    }

    private static string Name(JsonElement tensor) => tensor.GetProperty("name").GetString()!;
}
