namespace ModelHub.Inference.Grpc;

/// <summary>Which field of InferTensorContents holds elements of a datatype, and in which wire form.</summary>
public static class ContentsFields
{
    private static readonly string[] Names =
        ["", "bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    /// <returns>field 0 for datatypes that travel raw only</returns>
    public static (int Field, Wire Wire) Of(Datatype datatype) => datatype switch
    {
        Datatype.Bool => (1, Wire.Varint),
        Datatype.Int8 or Datatype.Int16 or Datatype.Int32 => (2, Wire.Varint),
        Datatype.Int64 => (3, Wire.Varint),
        Datatype.UInt8 or Datatype.UInt16 or Datatype.UInt32 => (4, Wire.Varint),
        Datatype.UInt64 => (5, Wire.Varint),
        Datatype.Fp32 => (6, Wire.Fixed32),
        Datatype.Fp64 => (7, Wire.Fixed64),
        Datatype.Bytes => (8, Wire.Bytes),
        _ => default,
    };

    public static string NameOf(int field) => Names[field];
}
