using System.Collections.Frozen;

namespace ModelHub.Onnx.Files;

/// <summary>
/// Walks the graphs of a model, however deep, counting and checking. Names and types are kept of the outermost
/// graph only.
/// </summary>
internal sealed class GraphScan(OnnxFileLimits limits, TensorCheck tensors)
{
    // Loops, and operators whose work follows from values rather than from the size of what comes in.
    private static readonly FrozenSet<string> OpenEnded = FrozenSet.Create(
        StringComparer.Ordinal, "Loop", "Scan", "SequenceMap", "Range", "ConstantOfShape", "Expand", "Tile", "Resize", "Upsample");

    // They go on in their sequence from run to run, with a seed too.
    private static readonly FrozenSet<string> Random = FrozenSet.Create(
        StringComparer.Ordinal, "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli");

    public int Nodes { get; private set; }

    public bool IsOpenEnded { get; private set; }

    public bool IsRandom { get; private set; }

    public List<OnnxPort> Inputs { get; } = [];

    public List<OnnxPort> Outputs { get; } = [];

    public HashSet<string> Initializers { get; } = new(StringComparer.Ordinal);

    public List<ZipMap> ZipMaps { get; } = [];

    public void Graph(ProtobufReader graph, int depth)
    {
        if (depth > limits.Depth)
            throw graph.Broken($"graphs nested deeper than {limits.Depth}");
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case Files.Graph.Node:
                    Node(graph.Message(), depth, graph.Start, graph);
                    break;
                case Files.Graph.Initializer:
                    var name = tensors.Tensor(graph.Message());
                    if (depth == 1)
                        Initializers.Add(name);
                    break;
                case Files.Graph.SparseInitializer:
                    var sparse = tensors.Sparse(graph.Message());
                    if (depth == 1)
                        Initializers.Add(sparse);
                    break;
                case Files.Graph.Input when depth == 1:
                    Add(Inputs, graph.Message());
                    break;
                case Files.Graph.Output when depth == 1:
                    Add(Outputs, graph.Message());
                    break;
                default:
                    graph.Skip();
                    break;
            }
        }
    }

    /// <summary>The nodes of a function, which may hold graphs too.</summary>
    public void Function(ProtobufReader function)
    {
        while (function.Next())
        {
            if (function.Field == Files.Function.Node)
                Node(function.Message(), 2, 0, function);
            else
                function.Skip();
        }
    }

    private void Node(ProtobufReader node, int depth, int start, ProtobufReader graph)
    {
        if (++Nodes > limits.Nodes)
            throw node.Broken($"more than {limits.Nodes} nodes");
        List<string> inputs = [], outputs = [], labels = [];
        var (operation, domain) = ("", "");
        while (node.Next())
        {
            switch (node.Field)
            {
                case Files.Node.Input:
                    inputs.Add(node.Text(limits.NameBytes));
                    break;
                case Files.Node.Output:
                    outputs.Add(node.Text(limits.NameBytes));
                    break;
                case Files.Node.OpType:
                    operation = node.Text(limits.NameBytes);
                    break;
                case Files.Node.Domain:
                    domain = node.Text(limits.NameBytes);
                    break;
                case Files.Node.Attribute:
                    Attribute(node.Message(), depth, labels);
                    break;
                default:
                    node.Skip();
                    break;
            }
        }
        IsOpenEnded |= OpenEnded.Contains(operation);
        // The third input of a Dropout says whether it drops anything.
        IsRandom |= Random.Contains(operation) || (operation == "Dropout" && inputs is [_, _, { Length: > 0 }]);
        if (depth == 1 && operation == "ZipMap" && domain == "ai.onnx.ml" && inputs is [var input] && outputs is [var output])
            ZipMaps.Add(new ZipMap(input, output, [.. labels], start, graph.End));
    }

    private void Attribute(ProtobufReader attribute, int depth, List<string> labels)
    {
        var name = "";
        while (attribute.Next())
        {
            switch (attribute.Field)
            {
                case NodeAttribute.Name:
                    name = attribute.Text(limits.NameBytes);
                    break;
                case NodeAttribute.Tensor or NodeAttribute.Tensors:
                    tensors.Tensor(attribute.Message());
                    break;
                case NodeAttribute.SparseTensor or NodeAttribute.SparseTensors:
                    tensors.Sparse(attribute.Message());
                    break;
                case NodeAttribute.Graph or NodeAttribute.Graphs:
                    Graph(attribute.Message(), depth + 1);
                    break;
                case NodeAttribute.Strings when name == "classlabels_strings":
                    labels.Add(attribute.Text(limits.NameBytes));
                    break;
                case NodeAttribute.Ints when name == "classlabels_int64s":
                    List<long> numbers = [];
                    attribute.Numbers(numbers, limits.Ports);
                    labels.AddRange(numbers.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                    break;
                default:
                    attribute.Skip();
                    break;
            }
        }
    }

    private void Add(List<OnnxPort> ports, ProtobufReader port)
    {
        if (ports.Count == limits.Ports)
            throw port.Broken($"more than {limits.Ports} inputs or outputs");
        ports.Add(PortReader.Read(port, limits));
    }
}
