using ModelHub.Console.Graph;

namespace ModelHub.Console.Datasets;

internal static class CompareData
{
    public static readonly Operation<Mutation<CompareDataInput>, CompareDataData> Operation = new(
        "CompareData",
        Documents.CompareData,
        GraphJson.Default.GraphRequestMutationCompareDataInput,
        GraphJson.Default.GraphResponseCompareDataData);
}

internal sealed record CompareDataInput(string Dataset, int From, int To, IReadOnlyList<string> Key);

public sealed record CompareDataData(CompareDataPayload CompareDataVersions) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CompareDataVersions.Errors;
}

public sealed record CompareDataPayload(IdOnly? DataDiff, IReadOnlyList<Refusal>? Errors);
