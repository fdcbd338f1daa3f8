using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Quantization;

/// <param name="Matrices">how many matrices of weights have 8 bits now</param>
public sealed record QuantizedModel(int Matrices, long BytesBefore, long Bytes);

/// <summary>
/// Writes a model with its FP32 weights of MatMul and Gemm as 8-bit numbers. Activations are quantised as they come,
/// so nothing needs to be calibrated. Everything else of the model stays byte by byte.
/// </summary>
public static class QuantizeModel
{
    /// <summary>Smaller matrices gain less than the nodes around them cost.</summary>
    public const int FewestWeights = 1024;

    // DynamicQuantizeLinear came with opset 11.
    private const long FirstOpset = 11;

    /// <returns>what was done, or why there is nothing to do or it cannot be done</returns>
    public static Either<QuantizedModel> Write(string path, string to) => Write(path, to, FewestWeights);

    /// <inheritdoc cref="Write(string, string)"/>
    internal static Either<QuantizedModel> Write(string path, string to, int fewest, bool evenIfLarger = false)
    {
        if (!OnnxFileReader.Read(path, OnnxFileLimits.Default).Succeeded(out var file, out var refusal))
            return refusal;
        if (file.ExternalFiles.Length > 0)
            return new ModelRefusal("The weights lie in files beside the model; only weights within it are quantised.");
        if (file.Opsets.GetValueOrDefault("") < FirstOpset)
            return new ModelRefusal($"The model imports opset {file.Opsets.GetValueOrDefault("")} of ai.onnx; dynamic quantisation needs {FirstOpset} or later.");
        using var map = new MappedFile(path, file.Bytes);
        var (bytes, matrices) = Model(map.Bytes, fewest);
        if (matrices == 0)
            return new ModelRefusal($"The model has no MatMul or Gemm with constant FP32 weights, at least {fewest} of them: there is nothing to quantise.");
        if (bytes.Length >= file.Bytes && !evenIfLarger)
            return new ModelRefusal($"The model would not be smaller: {bytes.Length} bytes instead of {file.Bytes}.");
        using var written = File.Create(to);
        written.Write(bytes.Span);
        return new QuantizedModel(matrices, file.Bytes, bytes.Length);
    }

    private static (ReadOnlyMemory<byte> Bytes, int Matrices) Model(ReadOnlySpan<byte> bytes, int fewest)
    {
        var written = new ProtobufWriter();
        var matrices = 0;
        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            if (model.Field == Files.Model.Graph)
            {
                var (graph, count) = Graph(model.Bytes(), fewest);
                (matrices, _) = (count, written.Bytes(Files.Model.Graph, graph));
                continue;
            }
            model.Skip();
            written.Raw(bytes[model.Start..model.End]);
        }
        return (written.Written, matrices);
    }

    private static (ReadOnlyMemory<byte> Bytes, int Matrices) Graph(ReadOnlySpan<byte> bytes, int fewest)
    {
        var uses = new NameUses();
        uses.Graph(new ProtobufReader(bytes));
        var products = Products(bytes);
        var weights = Weights(bytes, products.Values, fewest);
        var nodes = new Int8Nodes(uses);
        var written = new ProtobufWriter();
        var graph = new ProtobufReader(bytes);
        while (graph.Next())
        {
            graph.Skip();
            if (graph.Field == Files.Graph.Node && products.TryGetValue(graph.Start, out var product) && weights.TryGetValue(Key(product), out var matrix))
                nodes.Write(written, product, matrix);
            else if (!IsSpared(bytes[graph.Start..graph.End], graph.Field, products.Values, weights, uses))
                written.Raw(bytes[graph.Start..graph.End]);
        }
        written.Raw(nodes.Initializers.Written.Span);
        return (written.Written, weights.Count);
    }

    private static Dictionary<int, Product> Products(ReadOnlySpan<byte> bytes)
    {
        var found = new Dictionary<int, Product>();
        var graph = new ProtobufReader(bytes);
        while (graph.Next())
        {
            var start = graph.Start;
            if (graph.Field != Files.Graph.Node)
                graph.Skip();
            else if (Product.Read(graph.Message(), start) is { } product)
                found.Add(start, product);
        }
        return found;
    }

    // The same weights may stand in products that turn or scale them otherwise.
    private static (string, float, bool) Key(Product product) => (product.Weights, product.Alpha, product.Transposed);

    private static Dictionary<(string, float, bool), Int8Matrix> Weights(ReadOnlySpan<byte> bytes, IReadOnlyCollection<Product> products, int fewest)
    {
        var wanted = products.ToLookup(p => p.Weights, StringComparer.Ordinal);
        var found = new Dictionary<(string, float, bool), Int8Matrix>();
        var graph = new ProtobufReader(bytes);
        while (graph.Next())
        {
            if (graph.Field != Files.Graph.Initializer)
            {
                graph.Skip();
                continue;
            }
            var tensor = WeightTensor.Read(graph.Message());
            if (tensor.Values.Length < fewest)
                continue;
            foreach (var product in wanted[tensor.Name].DistinctBy(Key))
                if (Matrix(tensor, product) is { } matrix)
                    found.Add(Key(product), matrix);
        }
        return found;
    }

    private static Int8Matrix? Matrix(WeightTensor tensor, Product product) => product.Transposed
        ? Int8Matrix.Of(Int8Matrix.Transposed(tensor.Values, tensor.Rows, tensor.Columns), tensor.Columns, tensor.Rows, product.Alpha)
        : Int8Matrix.Of(tensor.Values, tensor.Rows, tensor.Columns, product.Alpha);

    /// <summary>Whether a field is weights that nothing uses any more: the tensor, or the input that older models declare for it.</summary>
    private static bool IsSpared(
        ReadOnlySpan<byte> field, int number, IReadOnlyCollection<Product> products, Dictionary<(string, float, bool), Int8Matrix> weights, NameUses uses)
    {
        if (number is not (Files.Graph.Initializer or Files.Graph.Input))
            return false;
        var reader = new ProtobufReader(field);
        reader.Next();
        var name = number == Files.Graph.Initializer ? WeightTensor.Read(reader.Message()).Name : PortReader.Read(reader.Message(), OnnxFileLimits.Default).Name;
        var replaced = products.Count(p => p.Weights == name && weights.ContainsKey(Key(p)));
        return replaced > 0 && replaced == uses[name];
    }
}
