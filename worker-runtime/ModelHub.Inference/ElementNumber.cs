using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelHub.Inference;

/// <summary>One element of a tensor as a number, and a number as one element: rounded and cut to what its datatype holds.</summary>
internal static class ElementNumber
{
    public static double Read(Tensor tensor, int element) => tensor.Datatype switch
    {
        Datatype.Fp32 => At<float>(tensor, element),
        Datatype.Fp64 => At<double>(tensor, element),
        Datatype.Int64 => At<long>(tensor, element),
        Datatype.Int32 => At<int>(tensor, element),
        Datatype.Int16 => At<short>(tensor, element),
        Datatype.Int8 => At<sbyte>(tensor, element),
        Datatype.UInt64 => At<ulong>(tensor, element),
        Datatype.UInt32 => At<uint>(tensor, element),
        Datatype.UInt16 => At<ushort>(tensor, element),
        Datatype.UInt8 or Datatype.Bool => At<byte>(tensor, element),
        _ => throw new ArgumentException($"{tensor.Datatype} has no numbers.", nameof(tensor)),
    };

    public static void Write(Tensor tensor, int element, double value)
    {
        switch (tensor.Datatype)
        {
            case Datatype.Fp32:
                At<float>(tensor, element) = (float)value;
                break;
            case Datatype.Fp64:
                At<double>(tensor, element) = value;
                break;
            case Datatype.Int64:
                Whole<long>(tensor, element, value);
                break;
            case Datatype.Int32:
                Whole<int>(tensor, element, value);
                break;
            case Datatype.Int16:
                Whole<short>(tensor, element, value);
                break;
            case Datatype.Int8:
                Whole<sbyte>(tensor, element, value);
                break;
            case Datatype.UInt64:
                Whole<ulong>(tensor, element, value);
                break;
            case Datatype.UInt32:
                Whole<uint>(tensor, element, value);
                break;
            case Datatype.UInt16:
                Whole<ushort>(tensor, element, value);
                break;
            case Datatype.UInt8 or Datatype.Bool:
                Whole<byte>(tensor, element, value);
                break;
            default:
                throw new ArgumentException($"{tensor.Datatype} has no numbers.", nameof(tensor));
        }
    }

    private static void Whole<T>(Tensor tensor, int element, double value)
        where T : unmanaged, INumber<T> => At<T>(tensor, element) = T.CreateSaturating(Math.Round(value));

    private static ref T At<T>(Tensor tensor, int element)
        where T : unmanaged => ref MemoryMarshal.Cast<byte, T>(tensor.Data)[element];
}
