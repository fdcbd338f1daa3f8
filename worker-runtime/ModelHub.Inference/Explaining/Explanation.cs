namespace ModelHub.Inference.Explaining;

/// <summary>What one value of a row adds to an answer.</summary>
/// <param name="Phi">its Shapley value</param>
/// <param name="StandardError">of the sampling; 0 when exact, null when it cannot be told</param>
public readonly record struct Share(double Phi, double? StandardError);

/// <summary>One number of one row's answer, taken apart: base + the sum of all shares = prediction.</summary>
/// <param name="Base">the mean over the background</param>
/// <param name="Shares">one for each player</param>
public sealed record ExplainedNumber(AnsweredNumber Of, double Prediction, double Base, Share[] Shares)
{
    /// <summary>What the shares and the base miss of the prediction; rounding and no more.</summary>
    public double Residual => Prediction - Base - Shares.Sum(s => s.Phi);
}

/// <param name="Space">output, or log-odds or score where a linear model is explained before its link</param>
/// <param name="Permutations">walked; 0 when exact</param>
/// <param name="Background">rows</param>
public sealed record Explanation(string Method, string Space, int Permutations, int Seed, int Background, BackgroundKind BackgroundOf, ExplainedNumber[][] Rows);
