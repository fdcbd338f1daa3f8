using ModelHub.Onnx;
using ModelHub.Onnx.Files;

namespace ModelHub.Tests.Onnx;

/// <summary>ONNX files of a few nodes, written byte by byte so that a test needs nothing but itself.</summary>
internal sealed class TinyModel
{
    private readonly ProtobufWriter graph = new ProtobufWriter().Text(Graph.Name, "tiny");
    private readonly ProtobufWriter rest = new();

    /// <summary>y = x · weights + bias for rows of x [any, columns].</summary>
    public static byte[] Linear(float[] weights, float bias, params string[] features) => new TinyModel()
        .Node("MatMul", ["x", "w"], ["xw"])
        .Node("Add", ["xw", "b"], ["y"])
        .Weights("w", [weights.Length, 1], weights)
        .Weights("b", [1], [bias])
        .Input("x", ElementType.Float32, -1, weights.Length)
        .Output("y", ElementType.Float32, -1, 1)
        .Metadata(features.Length > 0 ? ("modelhub.features", System.Text.Json.JsonSerializer.Serialize(features)) : null)
        .Written();

    /// <summary>Identity for each pair of an input and an output.</summary>
    public static byte[] Echo(ElementType element, params long[] shape) => new TinyModel()
        .Node("Identity", ["x"], ["y"])
        .Input("x", element, shape)
        .Output("y", element, shape)
        .Written();

    /// <summary>y = the x-th of <paramref name="values"/>, for rows of x [any, 1]: it fails beyond the last, which its signature does not say.</summary>
    public static byte[] Table(params float[] values) => new TinyModel()
        .Node("Gather", ["values", "x"], ["y"])
        .Weights("values", [values.Length], values)
        .Input("x", ElementType.Int64, -1, 1)
        .Output("y", ElementType.Float32, -1, 1)
        .Written();

    /// <summary>y = x · w, one column, with w (four bytes) in a file beside the model.</summary>
    public static byte[] External(string location)
    {
        var model = new TinyModel().Node("MatMul", ["x", "w"], ["y"]).Input("x", ElementType.Float32, -1, 1).Output("y", ElementType.Float32, -1, 1);
        model.graph.Message(Graph.Initializer, tensor => Tensor(tensor, "w", ElementType.Float32, [1, 1])
            .Message(TensorData.External, e => e.Text(ModelHub.Onnx.Files.Metadata.Key, "location").Text(ModelHub.Onnx.Files.Metadata.Value, location))
            .Number(TensorData.Location, 1));
        return model.Written();
    }

    /// <summary>A loop of 2^62 turns: it never ends by itself.</summary>
    public static byte[] Endless() => new TinyModel()
        .Loop("turns", "x", "y")
        .Whole("turns", 1L << 62)
        .Input("x", ElementType.Float32, 1)
        .Output("y", ElementType.Float32, 1)
        .Written();

    /// <summary>Doubles <paramref name="start"/> as often as <paramref name="turns"/> says.</summary>
    public TinyModel Loop(string turns, string start, string result)
    {
        var body = new TinyModel()
            .Node("Identity", ["going"], ["go"])
            .Node("Add", ["state", "state"], ["next"])
            .Input("turn", ElementType.Int64)
            .Input("going", ElementType.Bool)
            .Input("state", ElementType.Float32, 1)
            .Output("go", ElementType.Bool)
            .Output("next", ElementType.Float32, 1);
        return Node("Loop", [turns, "", start], [result], n => n.Message(ModelHub.Onnx.Files.Node.Attribute, a => a
            .Text(NodeAttribute.Name, "body")
            .Bytes(NodeAttribute.Graph, body.graph.Written)
            .Number(NodeAttribute.Type, 5)));
    }

    public TinyModel Node(string operation, string[] inputs, string[] outputs, Action<ProtobufWriter>? more = null, string domain = "")
    {
        graph.Message(Graph.Node, node =>
        {
            foreach (var input in inputs)
                node.Text(ModelHub.Onnx.Files.Node.Input, input);
            foreach (var output in outputs)
                node.Text(ModelHub.Onnx.Files.Node.Output, output);
            node.Text(ModelHub.Onnx.Files.Node.OpType, operation);
            if (domain.Length > 0)
                node.Text(ModelHub.Onnx.Files.Node.Domain, domain);
            more?.Invoke(node);
        });
        return this;
    }

    public TinyModel Weights(string name, long[] shape, float[] values)
    {
        graph.Message(Graph.Initializer, tensor => Tensor(tensor, name, ElementType.Float32, shape)
            .Bytes(TensorData.Raw, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        return this;
    }

    public TinyModel Whole(string name, long value)
    {
        graph.Message(Graph.Initializer, tensor => Tensor(tensor, name, ElementType.Int64, [])
            .Bytes(TensorData.Raw, BitConverter.GetBytes(value)));
        return this;
    }

    public TinyModel Input(string name, ElementType element, params long[] shape) => Port(Graph.Input, name, element, shape);

    public TinyModel Output(string name, ElementType element, params long[] shape) => Port(Graph.Output, name, element, shape);

    public TinyModel Metadata((string Key, string Value)? entry)
    {
        if (entry is var (key, value))
            rest.Message(Model.Metadata, e => e.Text(ModelHub.Onnx.Files.Metadata.Key, key).Text(ModelHub.Onnx.Files.Metadata.Value, value));
        return this;
    }

    public byte[] Written(int opset = 13) => new ProtobufWriter()
        .Number(Model.IrVersion, 7)
        .Bytes(Model.Graph, graph.Written)
        .Message(Model.OpsetImport, o => o.Number(Opset.Version, opset))
        .Message(Model.OpsetImport, o => o.Text(Opset.Domain, "ai.onnx.ml").Number(Opset.Version, 1))
        .Raw(rest.Written.Span)
        .Written.ToArray();

    private static ProtobufWriter Tensor(ProtobufWriter tensor, string name, ElementType element, long[] shape)
    {
        foreach (var size in shape)
            tensor.Number(TensorData.Dimensions, size);
        return tensor.Number(TensorData.Type, (long)element).Text(TensorData.Name, name);
    }

    private TinyModel Port(int field, string name, ElementType element, long[] shape)
    {
        graph.Message(field, port => port.Text(ValueInfo.Name, name).Message(ValueInfo.Type, type =>
            type.Message(TypeInfo.Tensor, tensor => tensor
                .Number(TensorTypeInfo.Element, (long)element)
                .Message(TensorTypeInfo.Shape, s =>
                {
                    foreach (var size in shape)
                        s.Message(ShapeInfo.Dimension, d => _ = size < 0 ? d.Text(DimensionInfo.Symbol, "N") : d.Number(DimensionInfo.Value, size));
                }))));
        return this;
    }
}
