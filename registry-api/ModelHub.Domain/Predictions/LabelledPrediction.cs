using System.Text.Json;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Predictions;

/// <summary>One row of a request in the ledger, with the label that was known of it.</summary>
/// <param name="Inputs">An object of named values; null when they were left out.</param>
/// <param name="Output">An object of named outputs; null without an answer, or when it was left out.</param>
/// <param name="Label">Null when none was known.</param>
public sealed record LabelledPrediction(
    PredictionId Prediction, string RequestId, int Row, DateTimeOffset At, VersionId Version, VariantId Variant, PredictionOutcome Outcome, double LatencyMs,
    JsonElement? Inputs, JsonElement? Output, KnownLabel? Label);
