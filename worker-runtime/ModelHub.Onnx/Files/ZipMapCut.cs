namespace ModelHub.Onnx.Files;

/// <summary>
/// Takes ZipMap nodes out of a model: the output then is the tensor of probabilities [rows, classes] instead of one
/// map per row, which costs an allocation chain per row. An Identity node keeps the output's name.
/// </summary>
internal static class ZipMapCut
{
    // Any opset that has Identity; used only when the model imports no ai.onnx opset at all.
    private const int OpsetOfIdentity = 13;

    public static byte[] Apply(ReadOnlySpan<byte> bytes, OnnxFile file)
    {
        var written = new ProtobufWriter();
        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            if (model.Field == Model.Graph)
            {
                written.Bytes(Model.Graph, WithoutMaps(model.Bytes(), file.ZipMaps));
                continue;
            }
            model.Skip();
            written.Raw(bytes[model.Start..model.End]);
        }
        if (!file.Opsets.ContainsKey(""))
            written.Message(Model.OpsetImport, opset => opset.Number(Opset.Version, OpsetOfIdentity));
        return written.Written.ToArray();
    }

    private static ReadOnlyMemory<byte> WithoutMaps(ReadOnlySpan<byte> bytes, ZipMap[] cuts)
    {
        var written = new ProtobufWriter();
        var graph = new ProtobufReader(bytes);
        while (graph.Next())
        {
            graph.Skip();
            var (start, field) = (graph.Start, graph.Field);
            if (field == Graph.Node && Array.Find(cuts, c => c.Start == start) is { } cut)
                written.Message(Graph.Node, n => n.Text(Node.Input, cut.Input).Text(Node.Output, cut.Output).Text(Node.OpType, "Identity"));
            else if (field == Graph.Output && IsCut(bytes[start..graph.End], cuts) is { } output)
                written.Message(Graph.Output, o => Probabilities(o, output.Output));
            else
                written.Raw(bytes[start..graph.End]);
        }
        return written.Written;
    }

    // No shape is declared: the runtime infers it.
    private static void Probabilities(ProtobufWriter output, string name) =>
        output.Text(ValueInfo.Name, name).Message(ValueInfo.Type, type =>
            type.Message(TypeInfo.Tensor, tensor => tensor.Number(TensorTypeInfo.Element, (long)ElementType.Float32)));

    private static ZipMap? IsCut(ReadOnlySpan<byte> field, ZipMap[] cuts)
    {
        var reader = new ProtobufReader(field);
        reader.Next();
        var port = PortReader.Read(reader.Message(), OnnxFileLimits.Default);
        return Array.Find(cuts, c => c.Output == port.Name);
    }
}
