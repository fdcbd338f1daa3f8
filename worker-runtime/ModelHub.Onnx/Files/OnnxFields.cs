namespace ModelHub.Onnx.Files;

// Field numbers of onnx.proto (ONNX IR), named after their messages; only those that are read or written somewhere.

public static class Model
{
    public const int IrVersion = 1;
    public const int ProducerName = 2;
    public const int ProducerVersion = 3;
    public const int Domain = 4;
    public const int ModelVersion = 5;
    public const int DocString = 6;
    public const int Graph = 7;
    public const int OpsetImport = 8;
    public const int Metadata = 14;
    public const int Functions = 25;
}

public static class Opset
{
    public const int Domain = 1;
    public const int Version = 2;
}

public static class Metadata
{
    public const int Key = 1;
    public const int Value = 2;
}

public static class Graph
{
    public const int Node = 1;
    public const int Name = 2;
    public const int Initializer = 5;
    public const int Input = 11;
    public const int Output = 12;
    public const int SparseInitializer = 15;
}

public static class Node
{
    public const int Input = 1;
    public const int Output = 2;
    public const int Name = 3;
    public const int OpType = 4;
    public const int Attribute = 5;
    public const int Domain = 7;
}

public static class NodeAttribute
{
    public const int Name = 1;
    public const int Float = 2;
    public const int Int = 3;
    public const int String = 4;
    public const int Tensor = 5;
    public const int Graph = 6;
    public const int Floats = 7;
    public const int Ints = 8;
    public const int Strings = 9;
    public const int Tensors = 10;
    public const int Graphs = 11;
    public const int Type = 20;
    public const int SparseTensor = 22;
    public const int SparseTensors = 23;

    /// <summary>Values of <see cref="Type"/>.</summary>
    public const int IsFloat = 1;
    public const int IsInt = 2;
    public const int IsString = 3;
    public const int IsTensor = 4;
    public const int IsFloats = 6;
    public const int IsInts = 7;
    public const int IsStrings = 8;
}

public static class Function
{
    public const int Node = 7;
}

public static class TensorData
{
    public const int Dimensions = 1;
    public const int Type = 2;
    public const int Floats = 4;
    public const int Int32s = 5;
    public const int Strings = 6;
    public const int Int64s = 7;
    public const int Name = 8;
    public const int Raw = 9;
    public const int Doubles = 10;
    public const int UInt64s = 11;
    public const int External = 13;
    public const int Location = 14;
}

public static class SparseTensorData
{
    public const int Values = 1;
    public const int Indices = 2;
    public const int Dimensions = 3;
}

public static class ValueInfo
{
    public const int Name = 1;
    public const int Type = 2;
}

public static class TypeInfo
{
    public const int Tensor = 1;
    public const int Sequence = 4;
    public const int Map = 5;
    public const int SparseTensor = 8;
    public const int Optional = 9;
}

public static class TensorTypeInfo
{
    public const int Element = 1;
    public const int Shape = 2;
}

public static class ShapeInfo
{
    public const int Dimension = 1;
}

public static class DimensionInfo
{
    public const int Value = 1;
    public const int Symbol = 2;
}

public static class SequenceTypeInfo
{
    public const int Item = 1;
}

public static class MapTypeInfo
{
    public const int Key = 1;
    public const int Value = 2;
}
