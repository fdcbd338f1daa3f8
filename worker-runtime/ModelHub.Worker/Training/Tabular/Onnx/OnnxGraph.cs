using System.Buffers.Binary;
using ModelHub.Onnx;
using ModelHub.Onnx.Files;

namespace ModelHub.Worker.Training.Tabular.Onnx;

/// <summary>
/// Builds an ONNX file node by node. Field numbers are those of onnx.proto3 (IR version 8, operator sets ai.onnx 15
/// and ai.onnx.ml 1, which every ONNX Runtime since 1.10 reads).
/// </summary>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 8;
    private const string MlDomain = "ai.onnx.ml";

    private readonly ProtobufWriter graph = new ProtobufWriter().Text(2, name);
    private readonly List<(string Key, string Value)> metadata = [];
    private int nodes;

    /// <summary>An input of shape [N, columns], N any number of rows.</summary>
    public string Input(string name, ElementType type, long columns)
    {
        graph.Bytes(11, Value(name, type, columns));
        return name;
    }

    /// <summary>Declares an output of shape [N] or, with columns, [N, columns].</summary>
    public void Output(string name, ElementType type, long? columns = null) => graph.Bytes(12, Value(name, type, columns));

    public string Constant(string name, double[] values, params long[] shape)
    {
        var raw = new byte[values.Length * sizeof(double)];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(i * sizeof(double)), values[i]);
        return Constant(name, ElementType.Float64, raw, shape);
    }

    public string Constant(string name, long[] values, params long[] shape)
    {
        var raw = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * sizeof(long)), values[i]);
        return Constant(name, ElementType.Int64, raw, shape);
    }

    /// <summary>Adds a node of ai.onnx with one output and returns the output's name.</summary>
    public string Node(string operation, string[] inputs, params ProtobufWriter[] attributes) =>
        Node(operation, "", inputs, $"{operation}_{nodes}", attributes);

    /// <summary>The same with the output's name given.</summary>
    public string NodeTo(string output, string operation, string[] inputs, params ProtobufWriter[] attributes) =>
        Node(operation, "", inputs, output, attributes);

    public string MlNode(string operation, string[] inputs, params ProtobufWriter[] attributes) =>
        Node(operation, MlDomain, inputs, $"{operation}_{nodes}", attributes);

    public static ProtobufWriter Attribute(string name, long value) => new ProtobufWriter().Text(1, name).Number(3, value).Number(20, 2);

    public static ProtobufWriter Attribute(string name, IEnumerable<string> values)
    {
        var attribute = new ProtobufWriter().Text(1, name);
        foreach (var value in values) attribute.Text(9, value);
        return attribute.Number(20, 8);
    }

    public void Metadata(string key, string value) => metadata.Add((key, value));

    public byte[] ToFile()
    {
        var model = new ProtobufWriter().Number(1, IrVersion).Text(2, "ModelHub").Bytes(7, graph.Written)
            .Message(8, set => set.Text(1, "").Number(2, 15))
            .Message(8, set => set.Text(1, MlDomain).Number(2, 1));
        foreach (var (key, value) in metadata) model.Message(14, entry => entry.Text(1, key).Text(2, value));
        return model.Written.ToArray();
    }

    private string Node(string operation, string domain, string[] inputs, string output, ProtobufWriter[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output).Text(3, $"node_{nodes++}").Text(4, operation);
        foreach (var attribute in attributes) node.Bytes(5, attribute.Written);
        if (domain.Length > 0) node.Text(7, domain);
        graph.Bytes(1, node.Written);
        return output;
    }

    private string Constant(string name, ElementType type, byte[] raw, long[] shape)
    {
        var tensor = new ProtobufWriter();
        foreach (var dimension in shape) tensor.Number(1, dimension);
        graph.Bytes(5, tensor.Number(2, (int)type).Text(8, name).Bytes(9, raw).Written);
        return name;
    }

    private static ReadOnlyMemory<byte> Value(string name, ElementType type, long? columns) =>
        new ProtobufWriter().Text(1, name).Message(2, kind => kind.Message(1, tensor => tensor.Number(1, (int)type).Message(2, shape =>
        {
            shape.Message(1, rows => rows.Text(2, "N"));
            if (columns is { } width) shape.Message(1, dimension => dimension.Number(1, width));
        }))).Written;
}
