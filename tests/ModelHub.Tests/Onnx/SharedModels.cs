using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ModelHub.Onnx;
using ModelHub.Onnx.Signatures;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using Xunit;

namespace ModelHub.Tests.Onnx;

/// <summary>Models trained elsewhere give the answers that were written down for them.</summary>
public sealed class SharedModels
{
    public static TheoryData<string> Names =>
        [.. SharedData.FoldersIn("models").Select(n => "models/" + n), .. SharedData.FoldersIn("torch").Select(n => "torch/" + n)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_gives_its_expected_answers(string name)
    {
        Assert.True(OnnxModel.Open(Path.Combine(SharedData.Folder(name), "model.onnx")).Succeeded(out var model, out var refusal), refusal?.Reason);
        using (model)
            Answers(name, model);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_optimised_graph_gives_them_too(string name)
    {
        using var folder = new TemporaryFolder();
        var (path, to) = (Path.Combine(SharedData.Folder(name), "model.onnx"), Path.Combine(folder.Path, "optimised.onnx"));

        var made = OptimiseGraph.Of(path, to, ValidationLimits.Default);

        if (made.Reason is not null)
        {
            Assert.EndsWith("nodes can be spared", made.Reason, StringComparison.Ordinal);
            return;
        }
        Assert.True(made.Nodes < made.NodesBefore);
        Assert.True(OnnxModel.Open(path, optimised: to).Succeeded(out var model, out var refusal), refusal?.Reason);
        using (model)
            Answers(name, model);
    }

    private static void Answers(string name, OnnxModel model)
    {
        var expected = File.Exists(Path.Combine(SharedData.Folder(name), "expected_ort.json")) ? "expected_ort.json" : "expected.json";
        var given = SharedData.Json(name, "inputs.json").GetProperty("inputs").EnumerateArray().ToDictionary(i => i.GetProperty("name").GetString()!);
        var results = new OnnxValue[model.Signature.Outputs.Length];

        model.Run([.. model.Signature.Inputs.Select(i => Value(i, given[i.Name]))], [.. Enumerable.Range(0, results.Length)], results, null);

        foreach (var output in SharedData.Json(name, expected).GetProperty("outputs").EnumerateArray())
        {
            var index = Array.FindIndex(model.Signature.Outputs, o => o.Name == output.GetProperty("name").GetString());
            Same(output.GetProperty("data"), Flat(results[index]), model.Signature.Outputs[index]);
        }
    }

    private static OnnxValue Value(TensorSpec spec, JsonElement input)
    {
        var shape = input.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        var data = input.GetProperty("data").EnumerateArray().ToArray();
        if (spec.Element == ElementType.String)
        {
            var strings = data.Select(d => Encoding.UTF8.GetBytes(d.GetString()!)).ToArray();
            return OnnxValue.Strings(shape, strings.SelectMany(s => s).ToArray(), strings.Select((s, i) => (strings.Take(i).Sum(t => t.Length), s.Length)).ToArray());
        }
        var numbers = data.Select(d => d.ValueKind == JsonValueKind.String ? double.Parse(d.GetString()!, CultureInfo.InvariantCulture) : d.GetDouble());
        return OnnxValue.Copy(spec.Element, shape, [.. numbers.SelectMany(n => spec.Element switch
        {
            ElementType.Float32 => BitConverter.GetBytes((float)n),
            ElementType.Float64 => BitConverter.GetBytes(n),
            ElementType.Int64 => BitConverter.GetBytes((long)n),
            _ => throw new ArgumentOutOfRangeException(nameof(spec)),
        })]);
    }

    private static object[] Flat(OnnxValue value) => value.TensorType().Element switch
    {
        ElementType.Float32 => [.. MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray().Select(f => (double)f)],
        ElementType.Float64 => [.. MemoryMarshal.Cast<byte, double>(value.Bytes).ToArray()],
        ElementType.Int64 => [.. MemoryMarshal.Cast<byte, long>(value.Bytes).ToArray().Select(l => (double)l)],
        ElementType.String => Strings(value),
        var other => throw new NotSupportedException(other.ToString()),
    };

    private static object[] Strings(OnnxValue value)
    {
        var (text, starts) = value.StringContent();
        return [.. starts.Select((s, i) => Encoding.UTF8.GetString(text[(int)s..(i + 1 < starts.Length ? (int)starts[i + 1] : text.Length)]))];
    }

    private static void Same(JsonElement data, object[] got, TensorSpec output)
    {
        // A ZipMap is written down as one object per row; its columns are found by their labels.
        var want = output.Kind == TensorKind.ZipMap
            ? data.EnumerateArray().SelectMany(row => output.Labels!.Select(l => row.GetProperty(l))).ToArray()
            : [.. data.EnumerateArray()];
        Assert.Equal(want.Length, got.Length);
        foreach (var (w, g) in want.Zip(got))
        {
            if (g is string text)
                Assert.Equal(w.GetString(), text);
            else
                Assert.InRange(Math.Abs((double)g - w.GetDouble()), 0, 1e-6 + 1e-4 * Math.Abs(w.GetDouble()));
        }
    }
}
