namespace ModelHub.Router.Sketching;

/// <summary>
/// Counts the values of requests. What a request holds is noted first and counted when it was read to its end, so that one that breaks off counts as
/// not seen and not as half. Used by one thread at a time.
/// </summary>
internal sealed class AskedCounts(SketchPlan plan) : IElements
{
    /// <summary>Values of one request; one with more counts as not seen.</summary>
    private const int MostValues = 1 << 18;
    private const int KeptValues = 1 << 14;

    private int[] noted = new int[64];
    private byte[] outside = new byte[16];
    private int[] columns = [];
    private int count, rows, width;

    public long[] Slots { get; } = new long[plan.Slots];

    public long Rows { get; set; }

    public long Unusual { get; set; }

    public SketchPlan Plan => plan;

    public bool Begin(ReadOnlySpan<byte> name, int rowsOf, int widthOf)
    {
        if (plan.Input(name) is not { } found || found.Length != widthOf)
            return false;
        (columns, width) = (found, widthOf);
        Room(rowsOf);
        return true;
    }

    public void Number(int index, double value)
    {
        var column = width == 1 ? columns[0] : columns[index % width];
        if (column >= 0)
            NumberOf(column, width == 1 ? index : index / width, value);
    }

    public void Numbers(int index, ReadOnlySpan<double> values)
    {
        var (row, at) = width == 1 ? (index, 0) : (index / width, index % width);
        foreach (var value in values)
        {
            if (columns[at] is var column and >= 0)
                NumberOf(column, row, value);
            if (++at == width)
                (at, row) = (0, row + 1);
        }
    }

    public void Text(int index, ReadOnlySpan<byte> utf8)
    {
        var column = width == 1 ? columns[0] : columns[index % width];
        if (column >= 0)
            TextOf(column, utf8);
    }

    /// <summary>Makes room for so many rows.</summary>
    public void Room(int atLeast)
    {
        rows = Math.Max(rows, atLeast);
        if (outside.Length < rows)
            Array.Resize(ref outside, Math.Max(rows, outside.Length * 2));
    }

    public void NumberOf(int column, int row, double value)
    {
        var slots = plan.Columns[column];
        if (slots.Edges is null)
            Note(slots.WrongType);
        // What is not a number is a value that is missing; there is no other way to leave one out of a tensor.
        else if (!double.IsNaN(value))
        {
            Note(slots.OfNumber(value, out var isOutside));
            if (isOutside && outside[row] < byte.MaxValue)
                outside[row]++;
        }
    }

    public void TextOf(int column, ReadOnlySpan<byte> utf8)
    {
        var slots = plan.Columns[column];
        if (slots.Edges is null)
            Note(slots.OfText(utf8));
        else if (!utf8.SequenceEqual("NaN"u8))
            Note(slots.WrongType);
    }

    /// <summary>Neither a number nor a text.</summary>
    public void Wrong(int column) => Note(plan.Columns[column].WrongType);

    /// <summary>The request was read to its end: what was noted counts.</summary>
    /// <returns>false when it held more than is counted</returns>
    public bool Keep()
    {
        var fits = count <= MostValues;
        for (var i = 0; fits && i < count; i++)
            Slots[noted[i]]++;
        for (var row = 0; row < rows && fits; row++)
            if (outside[row] >= plan.Route.Unusual)
                Unusual++;
        Rows += fits ? rows : 0;
        Forget();
        return fits;
    }

    public void Forget()
    {
        Array.Clear(outside, 0, rows);
        (count, rows) = (0, 0);
        if (noted.Length > KeptValues)
            (noted, outside) = (new int[64], new byte[16]);
    }

    private void Note(int slot)
    {
        if (count < noted.Length)
            noted[count++] = slot;
        else if (count < MostValues)
        {
            Array.Resize(ref noted, noted.Length * 2);
            noted[count++] = slot;
        }
        else
            count = MostValues + 1;
    }
}
