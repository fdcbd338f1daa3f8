using MathNet.Numerics.LinearAlgebra;

namespace ModelHub.Worker.Training.Tabular;

internal static class NormalEquations
{
    /// <summary>A tiny ridge on the diagonal keeps a constant or separated column from making the matrix singular.</summary>
    private const double Jitter = 1e-12;

    /// <param name="lower">A symmetric positive definite matrix of which only the lower triangle is filled.</param>
    public static Vector<double> Solve(double[,] lower, double[] right)
    {
        var n = right.Length;
        var matrix = Matrix<double>.Build.Dense(n, n, (r, c) => (r >= c ? lower[r, c] : lower[c, r]) + (r == c ? Jitter : 0));
        return matrix.Cholesky().Solve(Vector<double>.Build.DenseOfArray(right));
    }
}
