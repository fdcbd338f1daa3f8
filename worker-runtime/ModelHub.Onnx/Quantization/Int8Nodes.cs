using System.Runtime.InteropServices;
using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Quantization;

/// <summary>
/// The nodes that take the place of a product, by the operators' definitions in the ONNX specification:
/// DynamicQuantizeLinear(x) gives 8-bit values q, a scale s and a zero point z with x ≈ s · (q − z);
/// MatMulInteger(q, v, z) gives Σ (q − z) · v in 32 bits, exactly. With weights w ≈ t · v, one t per column,
/// x · w ≈ (s · t) · MatMulInteger(q, v, z). The scale s follows the whole tensor of a run, not each row.
/// </summary>
internal sealed class Int8Nodes(NameUses taken)
{
    private readonly Dictionary<string, (string Values, string Scale, string Zero)> activations = new(StringComparer.Ordinal);
    private int made;

    /// <summary>Tensors that the written nodes name, as fields of the graph.</summary>
    public ProtobufWriter Initializers { get; } = new();

    public void Write(ProtobufWriter graph, Product product, Int8Matrix weights)
    {
        var (values, scale, zero) = Activation(graph, product.Input);
        var (int8, scales, sums, whole, factor) = (Name("weights"), Name("scales"), Name("sums"), Name("whole"), Name("factor"));
        Node(graph, "MatMulInteger", [values, int8, zero], [sums]);
        Node(graph, "Cast", [sums], [whole], cast => cast.Message(Files.Node.Attribute, to => to
            .Text(NodeAttribute.Name, "to").Number(NodeAttribute.Int, (long)ElementType.Float32).Number(NodeAttribute.Type, NodeAttribute.IsInt)));
        Node(graph, "Mul", [scale, scales], [factor]);
        var result = product.Bias is null ? product.Output : Name("product");
        Node(graph, "Mul", [whole, factor], [result]);
        if (product.Bias is not null)
            Node(graph, "Add", [result, product.Bias], [product.Output]);
        Tensor(int8, ElementType.Int8, [weights.Rows, weights.Columns], MemoryMarshal.AsBytes(weights.Values.AsSpan()).ToArray());
        Tensor(scales, ElementType.Float32, [weights.Columns], MemoryMarshal.AsBytes(weights.Scales.AsSpan()).ToArray());
    }

    // Products of the same input share its quantisation.
    private (string Values, string Scale, string Zero) Activation(ProtobufWriter graph, string input)
    {
        if (activations.TryGetValue(input, out var known))
            return known;
        var names = (Name("input"), Name("scale"), Name("zero"));
        Node(graph, "DynamicQuantizeLinear", [input], [names.Item1, names.Item2, names.Item3]);
        return activations[input] = names;
    }

    private string Name(string what)
    {
        string name;
        do
            name = $"int8_{what}_{made++}";
        while (taken.Knows(name));
        return name;
    }

    private static void Node(ProtobufWriter graph, string operation, string[] inputs, string[] outputs, Action<ProtobufWriter>? more = null) =>
        graph.Message(Files.Graph.Node, node =>
        {
            foreach (var input in inputs)
                node.Text(Files.Node.Input, input);
            foreach (var output in outputs)
                node.Text(Files.Node.Output, output);
            node.Text(Files.Node.OpType, operation);
            more?.Invoke(node);
        });

    private void Tensor(string name, ElementType element, long[] shape, byte[] raw) =>
        Initializers.Message(Files.Graph.Initializer, tensor =>
        {
            foreach (var size in shape)
                tensor.Number(TensorData.Dimensions, size);
            tensor.Number(TensorData.Type, (long)element).Text(TensorData.Name, name).Bytes(TensorData.Raw, raw);
        });
}
