using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Explanations;

/// <summary>There is no such prediction in the ledger of the endpoint (any more).</summary>
public sealed record PredictionNotFound()
    : Refusal("There is no such prediction in the ledger of the endpoint.");

/// <summary>What was kept of it does not say what was asked.</summary>
public sealed record PredictionNotKept(string Reason)
    : Refusal($"The prediction cannot be explained: {Reason}.");

/// <summary>A router or node did not explain it; what it says.</summary>
/// <param name="Status">In the terms of HTTP: 400 for a row that is wrong, 404 where no node holds the version, 422 for a model that cannot be explained, 429 when too many are asked for.</param>
public sealed record NotExplained(int Status, string Reason)
    : Refusal($"It was not explained ({Status}): {Reason}");
