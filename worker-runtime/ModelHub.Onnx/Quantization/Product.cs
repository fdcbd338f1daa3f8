using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Quantization;

/// <summary>A MatMul or Gemm whose second factor is a constant matrix: x · w, or alpha · x · w + bias.</summary>
/// <param name="Start">where its field starts in the bytes of the graph</param>
/// <param name="Transposed">the weights are [columns, rows]</param>
internal sealed record Product(int Start, string Input, string Weights, string? Bias, string Output, float Alpha, bool Transposed)
{
    /// <returns>null for any other node, and for a Gemm that is more than this</returns>
    public static Product? Read(ProtobufReader node, int start)
    {
        List<string> inputs = [], outputs = [];
        var (operation, domain) = ("", "");
        var (alpha, beta, transposed, turned) = (1f, 1f, false, false);
        while (node.Next())
        {
            switch (node.Field)
            {
                case Node.Input:
                    inputs.Add(node.Text(OnnxFileLimits.Default.NameBytes));
                    break;
                case Node.Output:
                    outputs.Add(node.Text(OnnxFileLimits.Default.NameBytes));
                    break;
                case Node.OpType:
                    operation = node.Text(OnnxFileLimits.Default.NameBytes);
                    break;
                case Node.Domain:
                    domain = node.Text(OnnxFileLimits.Default.NameBytes);
                    break;
                case Node.Attribute:
                    Attribute(node.Message(), ref alpha, ref beta, ref turned, ref transposed);
                    break;
                default:
                    node.Skip();
                    break;
            }
        }
        var bias = inputs.Count > 2 && inputs[2].Length > 0 ? inputs[2] : null;
        var isGemm = operation == "Gemm" && !turned && (beta == 1 || bias is null);
        return domain is "" or "ai.onnx" && (operation == "MatMul" || isGemm) && inputs.Count >= 2 && outputs is [var output]
            ? new Product(start, inputs[0], inputs[1], bias, output, alpha, transposed)
            : null;
    }

    private static void Attribute(ProtobufReader attribute, ref float alpha, ref float beta, ref bool turned, ref bool transposed)
    {
        var (name, number, whole) = ("", 1f, 0L);
        while (attribute.Next())
        {
            if (attribute.Field == NodeAttribute.Name)
                name = attribute.Text(OnnxFileLimits.Default.NameBytes);
            else if (attribute.Field == NodeAttribute.Float)
                number = attribute.Single();
            else if (attribute.Field == NodeAttribute.Int)
                whole = attribute.Number();
            else
                attribute.Skip();
        }
        if (name == "alpha")
            alpha = number;
        else if (name == "beta")
            beta = number;
        else if (name == "transA")
            turned = whole != 0;
        else if (name == "transB")
            transposed = whole != 0;
    }
}
