using System.Text.Json;

namespace ModelHub.Api.Explanations;

/// <summary>How an explanation was found.</summary>
internal enum ExplanationMethod
{
    /// <summary>Shapley values by sampling orders of the columns; the error is stated.</summary>
    Sampling,

    /// <summary>The closed form of linear models; exact.</summary>
    Linear,
}

/// <summary>What an explanation takes apart.</summary>
internal enum ExplanationSpace
{
    /// <summary>What the model answers.</summary>
    Output,

    /// <summary>The logarithm of the odds, of which the answer is the probability.</summary>
    LogOdds,

    /// <summary>The score of a class before the softmax.</summary>
    Score,
}

/// <summary>What the background rows of an explanation are.</summary>
internal enum BackgroundOf
{
    /// <summary>Whole rows of the data the version was made from.</summary>
    Rows,

    /// <summary>Some columns from whole rows, others drawn by themselves.</summary>
    Mixed,

    /// <summary>Every column drawn by itself: combinations that the data may not have.</summary>
    Marginals,
}

/// <summary>What each column of a row adds to what a version answers, against the usual rows of the data it was made from.</summary>
/// <param name="Version">The number of the version that was asked.</param>
/// <param name="Method">How it was found.</param>
/// <param name="Space">What is taken apart.</param>
/// <param name="Permutations">Orders of the columns that were walked; 0 when exact.</param>
/// <param name="Seed">The same seed gives the same figures.</param>
/// <param name="BackgroundRows">Rows that the columns were replaced from.</param>
/// <param name="BackgroundOf">What these rows are.</param>
/// <param name="Answers">One entry for each class or number of the answer.</param>
internal sealed record PredictionExplanation(
    int Version, ExplanationMethod Method, ExplanationSpace Space, int Permutations, int Seed, int BackgroundRows, BackgroundOf BackgroundOf, IReadOnlyList<ExplainedAnswer> Answers);

/// <summary>One number of an answer, taken apart: base and all shares together are the prediction.</summary>
/// <param name="Output">The output of the model.</param>
/// <param name="Class">The class, or the place in the output; null when the output is one number.</param>
/// <param name="Prediction">What the version answers, in the space of the explanation.</param>
/// <param name="Base">The mean over the background.</param>
/// <param name="Residual">Prediction less base less all shares: rounding, and no more.</param>
/// <param name="Columns">In the order of the model's columns.</param>
internal sealed record ExplainedAnswer(string Output, string? Class, double Prediction, double Base, double Residual, IReadOnlyList<ColumnShare> Columns);

/// <summary>What one value of a row adds to an answer.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Value">Its value in the row.</param>
/// <param name="Phi">Its Shapley value: what it adds to the answer.</param>
/// <param name="StandardError">Of the sampling; 0 when exact, null when it cannot be told.</param>
internal sealed record ColumnShare(string Column, JsonElement Value, double Phi, double? StandardError);
