using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Additive;

/// <summary>The outermost graph of a small model, read whole.</summary>
internal sealed class SmallGraph
{
    private const int MostBytes = 8 * 1024 * 1024;
    private const int MostNodes = 1_000;
    private const int MostValues = 200_000;

    public List<string> Inputs { get; } = [];

    public Dictionary<string, Constant> Constants { get; } = new(StringComparer.Ordinal);

    /// <summary>By each of their outputs.</summary>
    public Dictionary<string, GraphNode> Nodes { get; } = new(StringComparer.Ordinal);

    /// <returns>null for a model that is large, or holds what is not read here</returns>
    public static SmallGraph? Read(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MostBytes })
            return null;
        var bytes = File.ReadAllBytes(path);
        var read = new SmallGraph();
        try
        {
            var model = new ProtobufReader(bytes);
            while (model.Next())
                if (model.Field == Model.Graph)
                    read.Graph(model.Message());
                else
                    model.Skip();
        }
        catch (InvalidDataException)
        {
            // The runtime takes more than this reader knows: such a model is none of the simple ones.
            return null;
        }
        return read;
    }

    private void Graph(ProtobufReader graph)
    {
        while (graph.Next())
            switch (graph.Field)
            {
                case Files.Graph.Node:
                    var node = Node(graph.Message());
                    if (Nodes.Count > MostNodes)
                        throw graph.Broken("too many nodes for a simple model");
                    foreach (var output in node.Outputs)
                        Nodes[output] = node;
                    break;
                case Files.Graph.Initializer:
                    var (name, constant) = Tensor(graph.Message());
                    if (constant is not null)
                        Constants[name] = constant;
                    break;
                case Files.Graph.Input:
                    var input = graph.Message();
                    while (input.Next())
                        if (input.Field == ValueInfo.Name)
                            Inputs.Add(input.Text(OnnxFileLimits.Default.NameBytes));
                        else
                            input.Skip();
                    break;
                default:
                    graph.Skip();
                    break;
            }
    }

    private static GraphNode Node(ProtobufReader node)
    {
        var read = new GraphNode();
        while (node.Next())
            switch (node.Field)
            {
                case Files.Node.Input:
                    read.Inputs.Add(node.Text(OnnxFileLimits.Default.NameBytes));
                    break;
                case Files.Node.Output:
                    read.Outputs.Add(node.Text(OnnxFileLimits.Default.NameBytes));
                    break;
                case Files.Node.OpType:
                    read.Operation = node.Text(OnnxFileLimits.Default.NameBytes);
                    break;
                case Files.Node.Attribute:
                    Attribute(node.Message(), read);
                    break;
                default:
                    node.Skip();
                    break;
            }
        return read;
    }

    private static void Attribute(ProtobufReader attribute, GraphNode to)
    {
        var name = "";
        List<double> numbers = [];
        List<string> texts = [];
        while (attribute.Next())
            switch (attribute.Field)
            {
                case NodeAttribute.Name:
                    name = attribute.Text(OnnxFileLimits.Default.NameBytes);
                    break;
                case NodeAttribute.Float:
                    numbers.Add(attribute.Single());
                    break;
                case NodeAttribute.Int:
                    numbers.Add(attribute.Number());
                    break;
                case NodeAttribute.Floats when attribute.Wire == WireType.Bytes:
                    foreach (var value in MemoryMarshal.Cast<byte, float>(attribute.Bytes()))
                        numbers.Add(value);
                    break;
                case NodeAttribute.Floats:
                    numbers.Add(attribute.Single());
                    break;
                case NodeAttribute.Ints:
                    List<long> whole = [];
                    attribute.Numbers(whole, MostValues);
                    numbers.AddRange(whole.Select(w => (double)w));
                    break;
                case NodeAttribute.String or NodeAttribute.Strings:
                    texts.Add(Encoding.UTF8.GetString(attribute.Bytes()));
                    break;
                case NodeAttribute.Tensor:
                    if (Tensor(attribute.Message()).Constant is { } constant)
                        numbers.AddRange(constant.Values);
                    break;
                default:
                    attribute.Skip();
                    break;
            }
        if (numbers.Count > MostValues)
            throw attribute.Broken("too many numbers for a simple model");
        (to.Numbers[name], to.Texts[name]) = ([.. numbers], [.. texts]);
    }

    /// <returns>null for a tensor of something else than numbers, or outside of the file</returns>
    private static (string Name, Constant? Constant) Tensor(ProtobufReader tensor)
    {
        List<long> shape = [], whole = [];
        List<double> values = [];
        var (name, type) = ("", ElementType.Undefined);
        ReadOnlySpan<byte> raw = [];
        while (tensor.Next())
            switch (tensor.Field)
            {
                case TensorData.Dimensions:
                    tensor.Numbers(shape, OnnxFileLimits.Default.Rank);
                    break;
                case TensorData.Type:
                    type = (ElementType)tensor.Number();
                    break;
                case TensorData.Name:
                    name = tensor.Text(OnnxFileLimits.Default.NameBytes);
                    break;
                case TensorData.Raw:
                    raw = tensor.Bytes();
                    break;
                case TensorData.Floats or TensorData.Doubles when tensor.Wire == WireType.Bytes:
                    raw = tensor.Bytes();
                    break;
                case TensorData.Floats:
                    values.Add(tensor.Single());
                    break;
                case TensorData.Int64s or TensorData.Int32s:
                    tensor.Numbers(whole, MostValues);
                    break;
                default:
                    tensor.Skip();
                    break;
            }
        values.AddRange(whole.Select(w => (double)w));
        if (!raw.IsEmpty && !Raw(type, raw, values))
            return (name, null);
        var elements = shape.Aggregate(1L, (a, b) => a * b);
        return (name, elements == values.Count && elements is > 0 and <= MostValues ? new Constant([.. shape], [.. values]) : null);
    }

    private static bool Raw(ElementType type, ReadOnlySpan<byte> raw, List<double> into)
    {
        var size = type switch { ElementType.Float32 or ElementType.Int32 => 4, ElementType.Float64 or ElementType.Int64 => 8, _ => 0 };
        if (size == 0 || raw.Length / size > MostValues)
            return false;
        for (var at = 0; at + size <= raw.Length; at += size)
            into.Add(type switch
            {
                ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(raw[at..]),
                ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(raw[at..]),
                ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(raw[at..]),
                _ => BinaryPrimitives.ReadInt64LittleEndian(raw[at..]),
            });
        return true;
    }
}
