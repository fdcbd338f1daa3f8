using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class CountWaiting
{
    public static readonly Operation<NoVariables, CountWaitingData> Operation = new(
        "CountWaiting",
        """
        query CountWaiting {
          promotions(first: 1, where: { state: { eq: AWAITING_APPROVAL } }) { totalCount }
        }
        """,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseCountWaitingData);
}

public sealed record CountWaitingData(TotalOnly Promotions);
