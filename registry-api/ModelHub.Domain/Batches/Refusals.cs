using ModelHub.Domain.Basics;
using ModelHub.Domain.Operations;

namespace ModelHub.Domain.Batches;

public sealed record BatchRunNotFound()
    : Refusal("There is no such batch run.");

public sealed record BatchRunEnded(OperationState State)
    : Refusal($"The batch run is {State} already.");

/// <summary>The version asks for fields that the data does not have.</summary>
public sealed record InputsMissing(string Model, int Version, IReadOnlyList<string> Columns)
    : Refusal($"The data lacks columns that {Model}@{Version} takes: {string.Join(", ", Columns)}.");

/// <summary>Rows of named fields cannot fill an input of this kind.</summary>
public sealed record NotFromRows(string Model, int Version, string Input)
    : Refusal($"The input {Input} of {Model}@{Version} cannot be filled from rows.");

/// <summary>The artifact runs code, and nobody has answered for its scan.</summary>
public sealed record ScanNotAccepted(string Model, int Version)
    : Refusal($"{Model}@{Version} runs code of its own, and nobody has accepted its scan.");
