using System.Runtime.InteropServices;
using ModelHub.Onnx.Native;

namespace ModelHub.Onnx;

public enum OnnxValueKind
{
    Unknown = 0,
    Tensor = 1,
    Sequence = 2,
    Map = 3,
    Opaque = 4,
    SparseTensor = 5,
    Optional = 6,
}

/// <summary>
/// A value going into or coming out of a run. Spans read from it are valid until it is disposed.
/// Shapes are in elements, data row-major and little-endian.
/// </summary>
public sealed unsafe class OnnxValue : SafeHandle
{
    // The memory a tensor was laid over must outlive the value.
    private readonly object? keptAlive;
    private (ElementType Element, long[] Shape)? type;
    private (byte[] Text, nuint[] Starts)? strings;
    private (nint Data, int Length)? numbers;

    internal OnnxValue(nint handle, object? keptAlive = null)
        : base(0, ownsHandle: true)
    {
        SetHandle(handle);
        this.keptAlive = keptAlive;
    }

    public override bool IsInvalid => handle == 0;

    internal nint Handle => handle;

    public OnnxValueKind Kind
    {
        get
        {
            int kind;
            Ort.Check(OrtApi.GetValueType(handle, &kind), OnnxFault.Run);
            return (OnnxValueKind)kind;
        }
    }

    /// <summary>The data of a tensor that is not of strings.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            var (start, length) = numbers ??= Numbers();
            return new ReadOnlySpan<byte>((void*)start, length);
        }
    }

    /// <summary>Lays a tensor over pinned memory without copying it.</summary>
    /// <param name="pinned">from the pinned object heap; its content may change between runs</param>
    public static OnnxValue Over(ElementType element, ReadOnlySpan<long> shape, byte[] pinned, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, pinned.Length);
        Ort.Ensure();
        nint value;
        fixed (long* dimensions = shape)
        fixed (byte* data = &MemoryMarshal.GetArrayDataReference(pinned))
            Ort.Check(
                OrtApi.CreateTensorWithDataAsOrtValue(Ort.CpuMemory, data, (nuint)length, dimensions, (nuint)shape.Length, (int)element, &value),
                OnnxFault.Run);
        return new OnnxValue(value, pinned);
    }

    /// <summary>A tensor with its own copy of the data.</summary>
    public static OnnxValue Copy(ElementType element, ReadOnlySpan<long> shape, ReadOnlySpan<byte> data)
    {
        var bytes = element.Bytes(Elements(shape));
        if (data.Length != bytes)
            throw new ArgumentException($"{bytes} bytes are needed, {data.Length} given.", nameof(data));
        var value = Create(element, shape);
        data.CopyTo(value.Data(bytes));
        return value;
    }

    /// <summary>A tensor of strings; <paramref name="pieces"/> says where each lies in the UTF-8 text.</summary>
    public static OnnxValue Strings(ReadOnlySpan<long> shape, ReadOnlySpan<byte> text, ReadOnlySpan<(int Start, int Length)> pieces)
    {
        if (Elements(shape) != pieces.Length)
            throw new ArgumentException($"{Elements(shape)} strings are needed, {pieces.Length} given.", nameof(pieces));
        var value = Create(ElementType.String, shape);
        for (var i = 0; i < pieces.Length; i++)
        {
            byte* buffer;
            var one = text.Slice(pieces[i].Start, pieces[i].Length);
            Ort.Check(OrtApi.GetResizedStringTensorElementBuffer(value.handle, (nuint)i, (nuint)one.Length, &buffer), OnnxFault.Run);
            one.CopyTo(new Span<byte>(buffer, one.Length));
        }
        return value;
    }

    /// <summary>A sequence of tensors, or a map made of a tensor of keys and one of values.</summary>
    public static OnnxValue Compose(OnnxValueKind kind, params ReadOnlySpan<OnnxValue> items)
    {
        nint value;
        var handles = stackalloc nint[items.Length];
        for (var i = 0; i < items.Length; i++)
            handles[i] = items[i].handle;
        Ort.Check(OrtApi.CreateValue(handles, (nuint)items.Length, (int)kind, &value), OnnxFault.Run);
        return new OnnxValue(value, items.ToArray());
    }

    public (ElementType Element, long[] Shape) TensorType() => type ??= ReadType();

    /// <summary>The strings of a tensor: all their UTF-8 in one piece, and where each starts.</summary>
    public (byte[] Text, nuint[] Starts) StringContent() => strings ??= ReadStrings();

    /// <summary>The items of a sequence; keys and values of a map. The caller disposes them.</summary>
    public OnnxValue[] Items()
    {
        nuint count;
        Ort.Check(OrtApi.GetValueCount(handle, &count), OnnxFault.Run);
        var items = new OnnxValue[count];
        for (var i = 0; i < items.Length; i++)
        {
            nint item;
            Ort.Check(OrtApi.GetValue(handle, i, Ort.Allocator, &item), OnnxFault.Run);
            items[i] = new OnnxValue(item);
        }
        return items;
    }

    private (ElementType Element, long[] Shape) ReadType()
    {
        nint info;
        int element;
        nuint rank;
        Ort.Check(OrtApi.GetTensorTypeAndShape(handle, &info), OnnxFault.Run);
        try
        {
            Ort.Check(OrtApi.GetTensorElementType(info, &element), OnnxFault.Run);
            Ort.Check(OrtApi.GetDimensionsCount(info, &rank), OnnxFault.Run);
            var shape = rank == 0 ? [] : new long[rank];
            fixed (long* dimensions = shape)
                Ort.Check(OrtApi.GetDimensions(info, dimensions, rank), OnnxFault.Run);
            return (OrtElement.From(element), shape);
        }
        finally
        {
            OrtApi.ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    private (byte[] Text, nuint[] Starts) ReadStrings()
    {
        nuint bytes;
        Ort.Check(OrtApi.GetStringTensorDataLength(handle, &bytes), OnnxFault.Run);
        var text = new byte[bytes];
        var starts = new nuint[Elements(TensorType().Shape)];
        fixed (byte* to = text)
        fixed (nuint* offsets = starts)
            if (starts.Length > 0)
                Ort.Check(OrtApi.GetStringTensorContent(handle, to, bytes, offsets, (nuint)starts.Length), OnnxFault.Run);
        return (text, starts);
    }

    protected override bool ReleaseHandle()
    {
        OrtApi.ReleaseValue(handle);
        GC.KeepAlive(keptAlive);
        return true;
    }

    private static OnnxValue Create(ElementType element, ReadOnlySpan<long> shape)
    {
        Ort.Ensure();
        nint value;
        fixed (long* dimensions = shape)
            Ort.Check(OrtApi.CreateTensorAsOrtValue(Ort.Allocator, dimensions, (nuint)shape.Length, (int)element, &value), OnnxFault.Run);
        return new OnnxValue(value);
    }

    private static long Elements(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (var dimension in shape)
            product = checked(product * dimension);
        return product;
    }

    private (nint Data, int Length) Numbers()
    {
        var (element, shape) = TensorType();
        var bytes = element.Bytes(Elements(shape));
        fixed (byte* data = Data(bytes))
            return ((nint)data, (int)bytes);
    }

    private Span<byte> Data(long bytes)
    {
        void* data;
        Ort.Check(OrtApi.GetTensorMutableData(handle, &data), OnnxFault.Run);
        return new Span<byte>(data, checked((int)bytes));
    }
}
