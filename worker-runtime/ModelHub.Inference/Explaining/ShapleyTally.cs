namespace ModelHub.Inference.Explaining;

/// <summary>
/// Adds up what each column changed on the walks of a <see cref="ShapleyPlan"/>. The Shapley value of a column is the mean, over all orders and background
/// rows, of how much the output changes when the column takes its value after those before it in the order (Shapley 1953; Lundberg and Lee, NeurIPS 2017, for the
/// game in which absent columns come from the background).
/// </summary>
/// <param name="outputs">numbers that one row is answered with</param>
public sealed class ShapleyTally(int columns, int outputs)
{
    private readonly double[] pair = new double[columns * outputs];
    private readonly double[] sums = new double[columns * outputs];
    private readonly double[] squares = new double[columns * outputs];
    private int pairs;

    public int Columns => columns;

    public int Outputs => outputs;

    /// <summary>One of the two walks of a pair.</summary>
    /// <param name="order">of the columns</param>
    /// <param name="values">the outputs before any column was replaced, after one, …, after all: (columns + 1) × outputs</param>
    public void Walk(ReadOnlySpan<int> order, ReadOnlySpan<double> values)
    {
        for (var step = 0; step < order.Length; step++)
            for (var o = 0; o < outputs; o++)
                pair[order[step] * outputs + o] += values[(step + 1) * outputs + o] - values[step * outputs + o];
    }

    public void EndPair()
    {
        // Welford: of many pairs that are nearly alike the squares alone would cancel out.
        pairs++;
        for (var i = 0; i < pair.Length; i++)
        {
            var value = pair[i] / 2;
            var apart = value - sums[i];
            sums[i] += apart / pairs;
            squares[i] += apart * (value - sums[i]);
            pair[i] = 0;
        }
    }

    public double Phi(int column, int output) => sums[column * outputs + output];

    /// <summary>
    /// s / √pairs over the pairs, which are independent; the two walks of one are not. As every background row is used equally often, what lies between
    /// rows is no error of these rows, so this is rather too much than too little. Null with one pair.
    /// </summary>
    public double? StandardError(int column, int output) =>
        pairs < 2 ? null : Math.Sqrt(Math.Max(0, squares[column * outputs + output]) / (pairs - 1) / pairs);
}
