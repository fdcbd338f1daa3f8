using System.Buffers.Binary;

namespace ModelHub.EndToEnd.Support;

/// <summary>
/// The smallest useful model file: <c>y = x · factor</c>, x and y float32 [N, columns].
/// Its field numbers are those of onnx.proto3 (ONNX 1.18).
/// </summary>
internal static class TinyModel
{
    public static byte[] Scale(float factor, int columns = 4) => Model("Mul", Initializer("factor", factor), columns);

    /// <summary>y = x · w for rows of so many columns; every weight is ½.</summary>
    public static byte[] Product(int rows, int columns)
    {
        var raw = new byte[4 * rows * columns];
        for (var i = 0; i < raw.Length; i += 4)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i), 0.5f);
        return Model("MatMul", new Protobuf().Number(1, rows).Number(1, columns).Number(2, 1).Text(8, "factor").Bytes(9, raw), rows);
    }

    public static byte[] WithOperator(string op) => Model(op, Initializer("factor", 1f), 4);

    /// <summary>Takes and gives what <see cref="Scale"/> does, and fails on every request: it looks up a row that is not there.</summary>
    public static byte[] Failing() => Model("Gather", Index("factor", 1L << 40), 4);

    /// <summary>A model whose factor is said to lie in another file.</summary>
    public static byte[] WithExternalData(string location) => Model("Mul", External("factor", location), 4);

    private static byte[] Model(string op, Protobuf initializer, int columns)
    {
        var node = new Protobuf().Text(1, "x").Text(1, "factor").Text(2, "y").Text(4, op);
        var graph = new Protobuf().Message(1, node).Text(2, "tiny").Message(5, initializer)
            .Message(11, Value("x", columns)).Message(12, Value("y", columns));
        return new Protobuf().Number(1, 8).Text(2, "tests").Message(7, graph)
            .Message(8, new Protobuf().Text(1, "").Number(2, 13)).ToArray();
    }

    private static Protobuf Value(string name, int columns)
    {
        var shape = new Protobuf().Message(1, new Protobuf().Text(2, "N")).Message(1, new Protobuf().Number(1, columns));
        var tensor = new Protobuf().Number(1, 1).Message(2, shape);
        return new Protobuf().Text(1, name).Message(2, new Protobuf().Message(1, tensor));
    }

    private static Protobuf Initializer(string name, float value)
    {
        var raw = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(raw, value);
        return new Protobuf().Number(1, 1).Number(2, 1).Text(8, name).Bytes(9, raw);
    }

    private static Protobuf Index(string name, long value)
    {
        var raw = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(raw, value);
        return new Protobuf().Number(1, 1).Number(2, 7).Text(8, name).Bytes(9, raw);
    }

    private static Protobuf External(string name, string location) =>
        new Protobuf().Number(1, 1).Number(2, 1).Text(8, name)
            .Message(13, new Protobuf().Text(1, "location").Text(2, location)).Number(14, 1);
}
