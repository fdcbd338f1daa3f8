namespace ModelHub.Onnx.Additive;

/// <summary>One operator of a graph with the attributes that are numbers or texts.</summary>
internal sealed class GraphNode
{
    public string Operation { get; set; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public Dictionary<string, double[]> Numbers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string[]> Texts { get; } = new(StringComparer.Ordinal);

    public double Number(string name, double otherwise) => Numbers.TryGetValue(name, out var values) && values.Length > 0 ? values[0] : otherwise;

    public double[] List(string name) => Numbers.GetValueOrDefault(name) ?? [];
}

/// <summary>A tensor that the file holds, of whatever numbers, as doubles.</summary>
internal sealed record Constant(long[] Shape, double[] Values);
