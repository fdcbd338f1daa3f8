using System.Runtime.InteropServices;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// The models of the tables, made from a fixed seed: x float32 [N, 20]; logistic regression, 100 trees of depth 6, and
/// a perceptron 20-256-256-1. Field numbers are those of onnx.proto3.
/// </summary>
internal static class BenchModels
{
    public const int Features = 20;
    private const int Trees = 100;
    private const int Depth = 6;
    private const int Float = 1;

    public static byte[] Of(string name) => name switch
    {
        "logistic" => Logistic(),
        "trees" => Forest(),
        "mlp" => Perceptron(256),
        "large-mlp" => Perceptron(1024),
        "deep-mlp" => Deep(width: 64, layers: 200),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "is no benchmark model"),
    };

    private static byte[] Logistic()
    {
        var random = new Random(1);
        return Model(
            [Node("Gemm", ["x", "w", "b"], ["s"]), Node("Softmax", ["s"], ["y"], Attribute("axis", 1))],
            [Tensor("w", random, Features, 2), Tensor("b", random, 2)], 2);
    }

    private static byte[] Perceptron(int width)
    {
        var random = new Random(2);
        return Model(
            [
                Node("Gemm", ["x", "w1", "b1"], ["a"]), Node("Relu", ["a"], ["b"]),
                Node("Gemm", ["b", "w2", "b2"], ["c"]), Node("Relu", ["c"], ["d"]), Node("Gemm", ["d", "w3", "b3"], ["y"]),
            ],
            [
                Tensor("w1", random, Features, width), Tensor("b1", random, width), Tensor("w2", random, width, width),
                Tensor("b2", random, width), Tensor("w3", random, width, 1), Tensor("b3", random, 1),
            ], 1);
    }

    // As exporters write it: each layer a MatMul, an Add and a Relu.
    private static byte[] Deep(int width, int layers)
    {
        var random = new Random(4);
        var nodes = new List<Protobuf> { Node("MatMul", ["x", "w"], ["r0"]) };
        var initializers = new List<Protobuf> { Tensor("w", random, Features, width) };
        for (var layer = 1; layer <= layers; layer++)
        {
            nodes.AddRange([
                Node("MatMul", [$"r{layer - 1}", $"w{layer}"], [$"p{layer}"]), Node("Add", [$"p{layer}", $"b{layer}"], [$"s{layer}"]),
                Node("Relu", [$"s{layer}"], [layer == layers ? "y" : $"r{layer}"])]);
            initializers.AddRange([Tensor($"w{layer}", random, width, width), Tensor($"b{layer}", random, width)]);
        }
        return Model([.. nodes], [.. initializers], width);
    }

    // Complete binary trees in heap order: the inner nodes split, the last level holds the leaves.
    private static byte[] Forest()
    {
        var random = new Random(3);
        List<long> tree = [], node = [], feature = [], yes = [], no = [], leafTree = [], leafNode = [], leafTarget = [];
        List<float> value = [], weight = [];
        List<string> mode = [];
        const int Inner = (1 << Depth) - 1;
        for (var t = 0; t < Trees; t++)
            for (var n = 0; n < 2 * Inner + 1; n++)
            {
                var splits = n < Inner;
                tree.Add(t);
                node.Add(n);
                mode.Add(splits ? "BRANCH_LEQ" : "LEAF");
                feature.Add(splits ? random.Next(Features) : 0);
                value.Add(splits ? random.NextSingle() : 0);
                yes.Add(splits ? 2 * n + 1 : 0);
                no.Add(splits ? 2 * n + 2 : 0);
                if (splits)
                    continue;
                leafTree.Add(t);
                leafNode.Add(n);
                leafTarget.Add(0);
                weight.Add(random.NextSingle());
            }
        var ensemble = Node("TreeEnsembleRegressor", ["x"], ["y"],
            Attribute("n_targets", 1), Numbers("nodes_treeids", tree), Numbers("nodes_nodeids", node), Numbers("nodes_featureids", feature),
            Numbers("nodes_truenodeids", yes), Numbers("nodes_falsenodeids", no), Floats("nodes_values", value), Texts("nodes_modes", mode),
            Numbers("target_treeids", leafTree), Numbers("target_nodeids", leafNode), Numbers("target_ids", leafTarget), Floats("target_weights", weight))
            .Text(7, "ai.onnx.ml");
        return Model([ensemble], [], 1);
    }

    private static byte[] Model(Protobuf[] nodes, Protobuf[] initializers, int outputs)
    {
        var graph = new Protobuf();
        foreach (var node in nodes)
            graph.Message(1, node);
        graph.Text(2, "bench");
        foreach (var initializer in initializers)
            graph.Message(5, initializer);
        graph.Message(11, Port("x", Features)).Message(12, Port("y", outputs));
        return new Protobuf().Number(1, 8).Message(7, graph)
            .Message(8, new Protobuf().Text(1, "").Number(2, 13))
            .Message(8, new Protobuf().Text(1, "ai.onnx.ml").Number(2, 1)).ToArray();
    }

    private static Protobuf Port(string name, int columns)
    {
        var shape = new Protobuf().Message(1, new Protobuf().Text(2, "N")).Message(1, new Protobuf().Number(1, columns));
        return new Protobuf().Text(1, name).Message(2, new Protobuf().Message(1, new Protobuf().Number(1, Float).Message(2, shape)));
    }

    private static Protobuf Node(string operation, string[] inputs, string[] outputs, params Protobuf[] attributes)
    {
        var node = new Protobuf();
        foreach (var input in inputs)
            node.Text(1, input);
        foreach (var output in outputs)
            node.Text(2, output);
        node.Text(4, operation);
        foreach (var attribute in attributes)
            node.Message(5, attribute);
        return node;
    }

    private static Protobuf Tensor(string name, Random random, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (random.NextSingle() - 0.5f) / 8;
        var tensor = new Protobuf();
        foreach (var size in shape)
            tensor.Number(1, size);
        return tensor.Number(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static Protobuf Attribute(string name, long value) => new Protobuf().Text(1, name).Number(3, value).Number(20, 2);

    private static Protobuf Numbers(string name, List<long> values)
    {
        var attribute = new Protobuf().Text(1, name);
        foreach (var value in values)
            attribute.Number(8, value);
        return attribute.Number(20, 7);
    }

    private static Protobuf Floats(string name, List<float> values) =>
        new Protobuf().Text(1, name).Bytes(7, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))).Number(20, 6);

    private static Protobuf Texts(string name, List<string> values)
    {
        var attribute = new Protobuf().Text(1, name);
        foreach (var value in values)
            attribute.Text(9, value);
        return attribute.Number(20, 8);
    }
}
