using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelHub.Benchmarks.Serving;

/// <summary>Request bodies of one shape, 64 different ones: one repeated body would teach the branch predictor.</summary>
internal static class Bodies
{
    private const int Count = 64;

    /// <summary>V2 JSON: x float32 [rows, 20], values with nine digits as clients write single-precision numbers.</summary>
    public static byte[][] Json(int rows) => [.. Enumerable.Range(0, Count).Select(seed =>
    {
        var values = string.Join(',', Values(seed, rows).Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        return Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[{{rows}},{{BenchModels.Features}}],"data":[{{values}}]}]}""");
    })];

    /// <summary>The same with binary tensors; <paramref name="jsonBytes"/> is for the header.</summary>
    public static byte[][] Binary(int rows, out int jsonBytes)
    {
        var size = rows * BenchModels.Features * sizeof(float);
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","datatype":"FP32","shape":[{{{rows}}},{{{BenchModels.Features}}}],"parameters":{"binary_data_size":{{{size}}} }}]}""");
        jsonBytes = json.Length;
        return [.. Enumerable.Range(0, Count).Select(seed => (byte[])[.. json, .. MemoryMarshal.AsBytes(Values(seed, rows).AsSpan())])];
    }

    private static float[] Values(int seed, int rows)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * BenchModels.Features).Select(_ => random.NextSingle())];
    }
}
