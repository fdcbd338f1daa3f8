using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ModelHub.Onnx;
using Xunit;

namespace ModelHub.Tests.Onnx;

/// <summary>The backend tests of ONNX, through the binding: every element type, sequences and maps.</summary>
public sealed class ConformanceCases
{
    public static TheoryData<string> Names => [.. SharedData.FoldersIn("conformance/cases")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_conformance_case_behaves_as_listed(string name)
    {
        var expect = SharedData.Json("conformance", "index.json").GetProperty("list").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == name).GetProperty("expect").GetString();
        var folder = Path.Combine(SharedData.Folder("conformance"), "cases", name);
        // Cases of strings alone have no data file.
        var file = Path.Combine(folder, "data.bin");
        var data = File.Exists(file) ? File.ReadAllBytes(file) : [];
        var sets = SharedData.Json("conformance", "cases", name, "case.json").GetProperty("sets");

        if (expect == "refuse")
        {
            Assert.Throws<OnnxException>(() => Run(folder, sets[0], data).ForEach(v => v.Dispose()));
            return;
        }
        foreach (var set in sets.EnumerateArray())
        {
            var results = Run(folder, set, data);
            var wanted = expect == "differs" ? set.GetProperty("ort_outputs") : set.GetProperty("outputs");
            foreach (var (value, result) in wanted.EnumerateArray().Zip(results))
                Same(value, result, data);
            results.ForEach(v => v.Dispose());
        }
    }

    private static List<OnnxValue> Run(string folder, JsonElement set, byte[] data)
    {
        using var session = OnnxSession.Open(Path.Combine(folder, "model.onnx"));
        var given = set.GetProperty("inputs").EnumerateArray().ToDictionary(v => v.GetProperty("name").GetString()!);
        var inputs = session.Inputs.Select(i => Value(given[i.Name], data)).ToArray();
        var names = set.GetProperty("outputs").EnumerateArray().Select(v => v.GetProperty("name").GetString()!);
        int[] wanted = [.. names.Select(n => Array.FindIndex(session.Outputs, o => o.Name == n))];
        var results = new OnnxValue[wanted.Length];
        session.Run(inputs, wanted, results);
        return [.. results];
    }

    private static OnnxValue Value(JsonElement value, byte[] data)
    {
        if (value.GetProperty("kind").GetString() == "sequence")
            return OnnxValue.Compose(OnnxValueKind.Sequence, [.. value.GetProperty("items").EnumerateArray().Select(i => Value(i, data))]);
        var shape = Shape(value);
        if (value.GetProperty("dtype").GetString() != "string")
            return OnnxValue.Copy(Element(value), shape, Data(value, data));
        var strings = Strings(value);
        var pieces = strings.Select((s, i) => (strings.Take(i).Sum(t => t.Length), s.Length)).ToArray();
        return OnnxValue.Strings(shape, strings.SelectMany(s => s).ToArray(), pieces);
    }

    private static void Same(JsonElement want, OnnxValue got, byte[] data)
    {
        if (want.GetProperty("kind").GetString() == "sequence")
        {
            var items = got.Items();
            Assert.Equal(want.GetProperty("items").GetArrayLength(), items.Length);
            foreach (var (item, value) in want.GetProperty("items").EnumerateArray().Zip(items))
                Same(item, value, data);
            return;
        }
        var (element, shape) = got.TensorType();
        Assert.Equal(Element(want), element);
        Assert.Equal(Shape(want), shape);
        if (element == ElementType.String)
        {
            var (text, starts) = got.StringContent();
            var pieces = starts.Select((s, i) => text[(int)s..(i + 1 < starts.Length ? (int)starts[i + 1] : text.Length)]);
            Assert.Equal(Strings(want).Select(Encoding.UTF8.GetString), pieces.Select(Encoding.UTF8.GetString));
            return;
        }
        SameNumbers(element, Data(want, data), got.Bytes);
    }

    private static void SameNumbers(ElementType element, ReadOnlySpan<byte> want, ReadOnlySpan<byte> got)
    {
        if (Numbers(element, want) is not { } wanted)
        {
            Assert.Equal(want, got);
            return;
        }
        var tolerance = element == ElementType.BFloat16 ? 8e-3 : 1e-3;
        foreach (var (w, g) in wanted.Zip(Numbers(element, got)!))
            Assert.True(w.Equals(g) || Math.Abs(g - w) <= 1e-7 + tolerance * Math.Abs(w), $"{g} instead of {w}");
    }

    private static double[]? Numbers(ElementType element, ReadOnlySpan<byte> bytes)
    {
        var size = element.Bits() / 8;
        if (element is not (ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64))
            return null;
        var numbers = new double[bytes.Length / size];
        for (var i = 0; i < numbers.Length; i++)
        {
            var at = bytes[(i * size)..];
            numbers[i] = element switch
            {
                ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
                ElementType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(at) << 16),
                ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }
        return numbers;
    }

    private static ElementType Element(JsonElement value) =>
        Enum.Parse<ElementType>(value.GetProperty("dtype").GetString()!, ignoreCase: true);

    private static long[] Shape(JsonElement value) =>
        [.. value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];

    private static ReadOnlySpan<byte> Data(JsonElement value, byte[] data) =>
        data.AsSpan(value.GetProperty("offset").GetInt32(), value.GetProperty("nbytes").GetInt32());

    private static byte[][] Strings(JsonElement value) =>
        value.TryGetProperty("data_base64", out var coded)
            ? [.. coded.EnumerateArray().Select(s => s.GetBytesFromBase64())]
            : [.. value.GetProperty("data").EnumerateArray().Select(s => Encoding.UTF8.GetBytes(s.GetString()!))];
}
