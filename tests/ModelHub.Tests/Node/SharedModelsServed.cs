using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>Models trained elsewhere, through the node's V2 address: the request as it was written down, the answers too.</summary>
public sealed class SharedModelsServed
{
    [Fact]
    public async Task Every_model_gives_its_expected_answers_over_the_wire()
    {
        string[] names = [.. SharedData.FoldersIn("models").Select(n => "models/" + n), .. SharedData.FoldersIn("torch").Select(n => "torch/" + n)];
        _ = SharedData.Folder(names[0]);
        await using var api = await FakeApi.StartAsync();
        await using var node = await NodeHost.StartAsync(api, "n1");
        api.Assign("n1", [.. names.Select(n => api.Assignment(Name(n), 1, File.ReadAllBytes(Path.Combine(SharedData.Folder(n), "model.onnx"))))]);
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items.Count(i => i.State == PlacementState.Ready) == names.Length), "all ready");

        foreach (var name in names)
        {
            var request = File.ReadAllText(Path.Combine(SharedData.Folder(name), "inputs.json"));
            using var response = await node.Http.PostAsync($"/v2/models/{Name(name)}/infer", new StringContent(request, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{name}: {text}");
            Same(name, JsonDocument.Parse(text).RootElement);
        }
    }

    private static string Name(string path) => path.Replace('/', '.');

    private static void Same(string name, JsonElement answer)
    {
        var file = File.Exists(Path.Combine(SharedData.Folder(name), "expected_ort.json")) ? "expected_ort.json" : "expected.json";
        foreach (var want in SharedData.Json(name, file).GetProperty("outputs").EnumerateArray())
        {
            var got = answer.GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == want.GetProperty("name").GetString());
            // A ZipMap is written down as one object per row; over the wire it is a tensor with labels.
            var values = got.TryGetProperty("parameters", out var parameters) && want.GetProperty("data")[0].ValueKind == JsonValueKind.Object
                ? want.GetProperty("data").EnumerateArray().SelectMany(row => parameters.GetProperty("labels").EnumerateArray().Select(l => row.GetProperty(l.GetString()!)))
                : want.GetProperty("data").EnumerateArray();
            foreach (var (w, g) in values.Zip(got.GetProperty("data").EnumerateArray(), (w, g) => (w, g)))
                if (g.ValueKind == JsonValueKind.String)
                    Assert.Equal(w.GetString(), g.GetString());
                else
                    Assert.True(Math.Abs(g.GetDouble() - w.GetDouble()) <= 1e-6 + 1e-4 * Math.Abs(w.GetDouble()), string.Create(CultureInfo.InvariantCulture, $"{name}: {g} instead of {w}"));
            Assert.Equal(values.Count(), got.GetProperty("data").GetArrayLength());
        }
    }
}
