using System.Runtime.InteropServices;
using ModelHub.Onnx.Files;

namespace ModelHub.Onnx.Quantization;

/// <summary>An initializer, as far as it may hold weights: its name, and what it holds when that is a matrix of FP32 within the file.</summary>
internal readonly ref struct WeightTensor
{
    private WeightTensor(string name, long rows, long columns, ReadOnlySpan<float> values)
    {
        (Name, Rows, Columns) = (name, (int)rows, (int)columns);
        Values = values;
    }

    public string Name { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Empty for anything but such a matrix.</summary>
    public ReadOnlySpan<float> Values { get; }

    public static WeightTensor Read(ProtobufReader tensor)
    {
        List<long> shape = [];
        List<float> listed = [];
        var (name, type) = ("", ElementType.Undefined);
        ReadOnlySpan<byte> raw = [];
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case TensorData.Dimensions:
                    tensor.Numbers(shape, OnnxFileLimits.Default.Rank);
                    break;
                case TensorData.Type:
                    type = (ElementType)tensor.Number();
                    break;
                case TensorData.Name:
                    name = tensor.Text(OnnxFileLimits.Default.NameBytes);
                    break;
                case TensorData.Raw:
                    raw = tensor.Bytes();
                    break;
                case TensorData.Floats when tensor.Wire == WireType.Bytes:
                    raw = tensor.Bytes();
                    break;
                case TensorData.Floats:
                    listed.Add(tensor.Single());
                    break;
                default:
                    tensor.Skip();
                    break;
            }
        }
        var values = raw.IsEmpty ? CollectionsMarshal.AsSpan(listed) : MemoryMarshal.Cast<byte, float>(raw);
        return type == ElementType.Float32 && shape is [var rows, var columns] && values.Length > 0 && rows * columns == values.Length
            ? new WeightTensor(name, rows, columns, values)
            : new WeightTensor(name, 0, 0, []);
    }
}
