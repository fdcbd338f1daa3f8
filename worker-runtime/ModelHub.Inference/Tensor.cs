namespace ModelHub.Inference;

/// <summary>
/// One input while a request is read: its shape and its elements, row-major and little-endian, in pinned memory that
/// a runtime can take as it is. Kept and reused from request to request.
/// </summary>
public sealed class Tensor
{
    private const int Kept = 1024 * 1024;
    private (int Start, int Length)[] pieces = [];

    public Datatype Datatype { get; private set; }

    public long[] Shape { get; private set; } = [];

    public int Elements { get; private set; }

    /// <summary>Whether the request named this input.</summary>
    public bool Given { get; internal set; }

    /// <summary>Pinned. For <see cref="Datatype.Bytes"/> the UTF-8 of all elements, see <see cref="Pieces"/>.</summary>
    public byte[] Memory { get; private set; } = [];

    /// <summary>Bytes of <see cref="Memory"/> in use.</summary>
    public int Length { get; private set; }

    /// <summary>Where each element of <see cref="Datatype.Bytes"/> lies in <see cref="Memory"/>.</summary>
    public ReadOnlySpan<(int Start, int Length)> Pieces => pieces.AsSpan(0, Elements);

    internal Span<byte> Data => Memory.AsSpan(0, Length);

    internal void Clear()
    {
        Given = false;
        Elements = Length = 0;
        if (Memory.Length > Kept)
            (Memory, pieces) = ([], []);
    }

    /// <summary>Makes room; of text, only the places of its elements.</summary>
    internal void Shapen(Datatype datatype, ReadOnlySpan<long> shape, int elements)
    {
        Given = true;
        Datatype = datatype;
        if (!shape.SequenceEqual(Shape))
            Shape = shape.ToArray();
        Elements = elements;
        if (datatype == Datatype.Bytes)
        {
            Length = 0;
            if (pieces.Length < elements)
                Array.Resize(ref pieces, Math.Max(elements, pieces.Length * 2));
        }
        else
        {
            Length = elements * datatype.Size();
            Grow(Length);
        }
    }

    /// <summary>Room for more elements, those that are there kept; the shape follows with <see cref="Reshape"/>.</summary>
    internal void Extend(Datatype datatype, int elements)
    {
        Given = true;
        Datatype = datatype;
        Elements = elements;
        if (datatype == Datatype.Bytes)
        {
            if (pieces.Length < elements)
                Array.Resize(ref pieces, Math.Max(elements, pieces.Length * 2));
            return;
        }
        Length = checked(elements * datatype.Size());
        Grow(Length);
    }

    /// <summary>Rows of the shape <paramref name="row"/>.</summary>
    internal void Reshape(int rows, ReadOnlySpan<long> row)
    {
        if (Shape.Length == row.Length + 1 && Shape[0] == rows && row.SequenceEqual(Shape.AsSpan(1)))
            return;
        Shape = [rows, .. row];
    }

    /// <summary>Puts the elements of another tensor of this datatype behind those that are there.</summary>
    internal void Append(Tensor other)
    {
        var (elements, bytes) = (Elements, Length);
        Extend(other.Datatype, checked(elements + other.Elements));
        if (other.Datatype == Datatype.Bytes)
        {
            other.Data.CopyTo(Room(other.Length));
            foreach (var (start, length) in other.Pieces)
                pieces[elements++] = (bytes + start, length);
            Length += other.Length;
            return;
        }
        other.Data.CopyTo(Data[bytes..]);
    }

    /// <summary>Room for one more text element of at most so many bytes, to be closed by <see cref="Piece"/>.</summary>
    internal Span<byte> Room(int bytes)
    {
        Grow(checked(Length + bytes));
        return Memory.AsSpan(Length, bytes);
    }

    internal void Piece(int element, int bytes)
    {
        pieces[element] = (Length, bytes);
        Length += bytes;
    }

    /// <summary>Shape and elements; which datatype they are of is for the model to say.</summary>
    internal void WriteCanonical(PooledBuffer to)
    {
        to.Write(Shape.Length);
        foreach (var size in Shape)
            to.Write(size);
        if (Datatype != Datatype.Bytes)
        {
            System.Buffers.BuffersExtensions.Write(to, Data);
            return;
        }
        foreach (var (start, length) in Pieces)
        {
            to.Write(length);
            System.Buffers.BuffersExtensions.Write(to, Memory.AsSpan(start, length));
        }
    }

    private void Grow(int bytes)
    {
        if (Memory.Length >= bytes && Memory.Length > 0)
            return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(Math.Max(bytes, 256), (int)Math.Min(Memory.Length * 2L, Array.MaxLength)), pinned: true);
        Memory.CopyTo(larger, 0);
        Memory = larger;
    }
}
