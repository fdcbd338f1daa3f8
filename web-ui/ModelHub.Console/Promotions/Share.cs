using System.Globalization;
using System.Text.Json;

namespace ModelHub.Console.Promotions;

/// <summary>How much of the traffic a version has in its present stage, and how much it would have in the next, in percent.</summary>
internal sealed record Share(double Now, double Next)
{
    private const double All = 100;

    /// <summary>Null when it is in no stage, or its plan is not shown.</summary>
    public static Share? Of(PromotionDetail promotion)
    {
        if (promotion is not { State: "ROLLING_OUT", StageIndex: { } index, PlanDocument: { } plan } || !plan.TryGetProperty("stages", out var stages))
            return null;
        var shares = stages.EnumerateArray().Select(Weight).ToArray();
        return index + 1 < shares.Length ? new(shares[index], shares[index + 1]) : null;
    }

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:0.##} %");

    /// <summary>What the primary keeps.</summary>
    public string Rest => Percent(All - Now);

    private static double Weight(JsonElement stage) => stage.GetProperty("stage").GetString() switch
    {
        "canary" => stage.GetProperty("weight").GetDouble(),
        "live" => All,
        _ => 0,
    };
}
