using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Native;

/// <summary>
/// Runs every slot that is cheap to run on a model of two nodes, so that a library with another table is found out
/// at start and not in the middle of a request.
/// </summary>
internal static class SlotTest
{
    public static void Run()
    {
        try
        {
            Echo();
            RefuseNonsense();
        }
        catch (OnnxException e) when (e.Fault != OnnxFault.NoRuntime)
        {
            throw new OnnxException(OnnxFault.NoRuntime, $"ONNX Runtime failed its self-test: {e.Message}");
        }
    }

    private static void Echo()
    {
        using var session = OnnxSession.Open(Model());
        Expect(session.Inputs is [{ Name: "n", Type: OnnxType.Tensor { Element: ElementType.Float32, Shape: [-1, 2] } }, { Name: "s" }], "inputs");
        Expect(session.Outputs is [{ Name: "m" }, { Name: "t", Type: OnnxType.Tensor { Element: ElementType.String } }], "outputs");
        using var numbers = OnnxValue.Copy(ElementType.Float32, [1, 2], [0, 0, 128, 63, 0, 0, 0, 64]);
        using var strings = OnnxValue.Strings([2], "aé"u8, [(0, 1), (1, 2)]);
        var results = new OnnxValue[2];
        using (var limit = RunLimit.Start(TimeSpan.FromMinutes(1)))
            session.Run([numbers, strings], [0, 1], results, limit);
        using (results[0])
        using (results[1])
        {
            Expect(results[0].Bytes.SequenceEqual(numbers.Bytes), "a tensor of numbers");
            var (text, starts) = results[1].StringContent();
            Expect(text.AsSpan().SequenceEqual("aé"u8) && starts is [0, 1], "a tensor of strings");
        }
    }

    private static void RefuseNonsense()
    {
        try
        {
            OnnxSession.Open(new byte[] { 1, 2, 3 }).Dispose();
        }
        catch (OnnxException e) when (e.Message.Length > 0)
        {
            return;
        }
        Expect(false, "an error");
    }

    private static void Expect(bool held, string what)
    {
        if (!held)
            throw new OnnxException(OnnxFault.NoRuntime, $"ONNX Runtime failed its self-test: {what} came out wrong.");
    }

    // Two Identity nodes: floats of shape [any, 2], strings of shape [any].
    private static byte[] Model()
    {
        var graph = new ProtobufWriter();
        foreach (var (from, to) in new[] { ("n", "m"), ("s", "t") })
            graph.Message(Graph.Node, node => node.Text(Node.Input, from).Text(Node.Output, to).Text(Node.OpType, "Identity"));
        graph.Text(Graph.Name, "self-test");
        foreach (var (field, name) in new[] { (Graph.Input, "n"), (Graph.Output, "m") })
            graph.Message(field, port => Port(port, name, ElementType.Float32, -1, 2));
        foreach (var (field, name) in new[] { (Graph.Input, "s"), (Graph.Output, "t") })
            graph.Message(field, port => Port(port, name, ElementType.String, -1));
        return new ProtobufWriter()
            .Number(Files.Model.IrVersion, 7)
            .Bytes(Files.Model.Graph, graph.Written)
            .Message(Files.Model.OpsetImport, opset => opset.Number(Opset.Version, 13))
            .Written.ToArray();
    }

    private static void Port(ProtobufWriter port, string name, ElementType element, params long[] shape) =>
        port.Text(ValueInfo.Name, name).Message(ValueInfo.Type, type => type.Message(TypeInfo.Tensor, tensor =>
            tensor.Number(TensorTypeInfo.Element, (long)element).Message(TensorTypeInfo.Shape, s =>
            {
                foreach (var size in shape)
                    s.Message(ShapeInfo.Dimension, d => _ = size < 0 ? d : d.Number(DimensionInfo.Value, size));
            })));
}
