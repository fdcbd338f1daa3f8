namespace ModelHub.Worker.Training.Tabular;

/// <summary>
/// The encoded rows: dense numbers first, then for each categorical column the position of its one active input (or
/// -1). A row of k columns costs k operations, not as many as there are categories. Coefficient vectors have
/// <see cref="Width"/> + 1 entries; the last one is the intercept.
/// </summary>
internal sealed class Design(int rows, int dense, int categorical, int width)
{
    private readonly double[] numbers = new double[rows * (long)dense];
    private readonly int[] active = new int[rows * (long)categorical];

    public int Rows => rows;

    public int Width => width;

    public void SetDense(int row, int at, double value) => numbers[row * (long)dense + at] = value;

    public void SetActive(int row, int at, int position) => active[row * (long)categorical + at] = position;

    /// <summary>The linear predictor of a row: x·w + intercept.</summary>
    public double Dot(int row, double[] coefficients)
    {
        var sum = coefficients[width];
        var x = Numbers(row);
        for (var i = 0; i < x.Length; i++) sum += x[i] * coefficients[i];
        foreach (var position in Active(row))
            if (position >= 0) sum += coefficients[position];
        return sum;
    }

    /// <summary>into += factor · (x, 1)</summary>
    public void AddRow(int row, double factor, double[] into)
    {
        var x = Numbers(row);
        for (var i = 0; i < x.Length; i++) into[i] += factor * x[i];
        foreach (var position in Active(row))
            if (position >= 0) into[position] += factor;
        into[width] += factor;
    }

    /// <summary>The lower triangle of into += factor · (x, 1)(x, 1)ᵀ; into[r, c] with r ≥ c.</summary>
    public void AddOuter(int row, double factor, double[,] into)
    {
        var x = Numbers(row);
        var on = Active(row);
        for (var i = 0; i < x.Length; i++)
        {
            var scaled = factor * x[i];
            for (var j = 0; j <= i; j++) into[i, j] += scaled * x[j];
            foreach (var position in on)
                if (position >= 0) into[position, i] += scaled;
            into[width, i] += scaled;
        }
        for (var i = 0; i < on.Length; i++)
        {
            if (on[i] < 0) continue;
            // Columns are encoded in order, so an earlier column's position is always the smaller one.
            for (var j = 0; j <= i; j++)
                if (on[j] >= 0) into[on[i], on[j]] += factor;
            into[width, on[i]] += factor;
        }
        into[width, width] += factor;
    }

    private ReadOnlySpan<double> Numbers(int row) => numbers.AsSpan(row * dense, dense);

    private ReadOnlySpan<int> Active(int row) => active.AsSpan(row * categorical, categorical);
}
