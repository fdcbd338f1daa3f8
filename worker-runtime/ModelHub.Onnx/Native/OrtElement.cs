namespace ModelHub.Onnx.Native;

/// <summary>
/// ONNX Runtime takes element types by their ONNX number, but reports the 2-bit ones (25, 26) one number lower,
/// since its own list leaves FLOAT8E8M0 (24) out. Seen with 1.30.
/// </summary>
internal static class OrtElement
{
    public static ElementType From(int reported) => reported switch
    {
        24 => ElementType.UInt2,
        25 => ElementType.Int2,
        _ => (ElementType)reported,
    };
}
