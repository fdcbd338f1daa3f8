using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Quantization;

/// <summary>How often each value of a graph is used: by nodes, by graphs inside nodes, as an output.</summary>
internal sealed class NameUses
{
    private readonly Dictionary<string, int> uses = new(StringComparer.Ordinal);

    public int this[string name] => uses.GetValueOrDefault(name);

    public bool Knows(string name) => uses.ContainsKey(name);

    public void Graph(ProtobufReader graph)
    {
        while (graph.Next())
        {
            if (graph.Field == Files.Graph.Node)
                Node(graph.Message());
            else if (graph.Field == Files.Graph.Output)
                Add(PortReader.Read(graph.Message(), OnnxFileLimits.Default).Name);
            else
                graph.Skip();
        }
    }

    private void Node(ProtobufReader node)
    {
        while (node.Next())
        {
            if (node.Field == Files.Node.Input)
                Add(node.Text(OnnxFileLimits.Default.NameBytes));
            else if (node.Field == Files.Node.Attribute)
                Attribute(node.Message());
            else
                node.Skip();
        }
    }

    private void Attribute(ProtobufReader attribute)
    {
        while (attribute.Next())
        {
            if (attribute.Field is NodeAttribute.Graph or NodeAttribute.Graphs)
                Graph(attribute.Message());
            else
                attribute.Skip();
        }
    }

    private void Add(string name) => uses[name] = uses.GetValueOrDefault(name) + 1;
}
