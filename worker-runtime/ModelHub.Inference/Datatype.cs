namespace ModelHub.Inference;

/// <summary>The datatypes of the Open Inference Protocol V2.</summary>
public enum Datatype
{
    Unknown,
    Bool,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    Fp16,
    Fp32,
    Fp64,
    Bf16,
    Bytes,
}

public static class Datatypes
{
    private static readonly string[] Names =
        ["", "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BF16", "BYTES"];

    private static readonly byte[][] NamesUtf8 = [.. Names.Select(System.Text.Encoding.UTF8.GetBytes)];

    public static string Name(this Datatype datatype) => Names[(int)datatype];

    internal static ReadOnlySpan<byte> NameUtf8(this Datatype datatype) => NamesUtf8[(int)datatype];

    public static Datatype Of(string name) => (Datatype)Math.Max(0, Array.IndexOf(Names, name));

    /// <summary>Bytes of one element; 0 for <see cref="Datatype.Bytes"/>, whose elements differ.</summary>
    public static int Size(this Datatype datatype) => datatype switch
    {
        Datatype.Bool or Datatype.UInt8 or Datatype.Int8 => 1,
        Datatype.UInt16 or Datatype.Int16 or Datatype.Fp16 or Datatype.Bf16 => 2,
        Datatype.UInt32 or Datatype.Int32 or Datatype.Fp32 => 4,
        Datatype.UInt64 or Datatype.Int64 or Datatype.Fp64 => 8,
        _ => 0,
    };

    /// <summary>Whether JSON has a form for it; half floats travel in binary only.</summary>
    public static bool HasJson(this Datatype datatype) => datatype is not (Datatype.Fp16 or Datatype.Bf16 or Datatype.Unknown);
}
