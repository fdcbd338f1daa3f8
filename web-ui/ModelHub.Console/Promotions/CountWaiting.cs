using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class CountWaiting
{
    public static readonly Operation<NoVariables, CountWaitingData> Operation = new(
        "CountWaiting",
        Documents.CountWaiting,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseCountWaitingData);
}

public sealed record CountWaitingData(TotalOnly Promotions);
