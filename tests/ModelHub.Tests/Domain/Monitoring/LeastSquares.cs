using System.Globalization;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Tests.Support;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>
/// A small model learned in place: the target by standardised columns and their squares, by ridge regression; of classes 0 and 1 its value as a chance.
/// </summary>
internal sealed class LeastSquares
{
    private readonly List<(int Column, double Mean, double Spread)> columns = [];
    private readonly double[] weights;
    private readonly int target;
    private readonly bool ofNumbers;

    private LeastSquares(DriftData data, List<string[]> rows, int target, bool ofNumbers)
    {
        (this.target, this.ofNumbers) = (target, ofNumbers);
        for (var i = 0; i < data.Reference.Header.Count; i++)
            if (data.Features.Contains(data.Reference.Header[i]) && rows.All(row => double.TryParse(row[i], CultureInfo.InvariantCulture, out _)))
            {
                var values = rows.Select(row => Number(row[i])).ToList();
                var mean = values.Average();
                var spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
                if (spread > 1e-9)
                    columns.Add((i, mean, spread));
            }
        weights = Solve(rows);
    }

    public static LeastSquares Of(DriftData data, IEnumerable<string[]> rows, bool ofNumbers) =>
        // The one column that is no feature.
        new(data, [.. rows], Enumerable.Range(0, data.Reference.Header.Count).Last(i => !data.Features.Contains(data.Reference.Header[i])), ofNumbers);

    public IEnumerable<(Predicted Predicted, string Label)> Said(IReadOnlyList<string> header, IEnumerable<string[]> rows) => rows.Select(row =>
    {
        var value = Terms(row).Zip(weights, (t, w) => t * w).Sum();
        if (ofNumbers)
            return (new Predicted(LabelValue.Of(value + 0.001), null), LabelValue.Of(Number(row[target]) + 0.0005));
        var chance = Math.Clamp(value, 0.02, 0.98);
        KeyValuePair<string, double>[] shares = [KeyValuePair.Create("0", 1 - chance), KeyValuePair.Create("1", chance)];
        return (new Predicted(chance >= 0.5 ? "1" : "0", shares), LabelValue.Of(Number(row[target])));
    });

    private double[] Terms(string[] row) =>
        [1, .. columns.Select(c => (Number(row[c.Column]) - c.Mean) / c.Spread).SelectMany(z => new[] { Math.Clamp(z, -4, 4), Math.Clamp(z * z, 0, 16), Math.Sin(2 * z), Math.Cos(2 * z) })];

    private double[] Solve(List<string[]> rows)
    {
        var n = 1 + 4 * columns.Count;
        var (matrix, right) = (new double[n, n], new double[n]);
        for (var i = 0; i < n; i++)
            matrix[i, i] = 1;
        foreach (var row in rows)
        {
            var (terms, y) = (Terms(row), Number(row[target]));
            for (var i = 0; i < n; i++)
            {
                right[i] += terms[i] * y;
                for (var j = 0; j < n; j++)
                    matrix[i, j] += terms[i] * terms[j];
            }
        }
        // Gauss, on a matrix that is positive definite.
        for (var i = 0; i < n; i++)
            for (var k = i + 1; k < n; k++)
            {
                var factor = matrix[k, i] / matrix[i, i];
                right[k] -= factor * right[i];
                for (var j = i; j < n; j++)
                    matrix[k, j] -= factor * matrix[i, j];
            }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++)
                right[i] -= matrix[i, j] * right[j];
            right[i] /= matrix[i, i];
        }
        return right;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
