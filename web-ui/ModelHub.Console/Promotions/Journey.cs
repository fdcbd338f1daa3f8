namespace ModelHub.Console.Promotions;

/// <summary>A promotion as a way with stations: those passed, the one it stands at, those still ahead.</summary>
internal static class Journey
{
    private static readonly string[] way = ["REQUESTED", "GATES_EVALUATING", "AWAITING_APPROVAL", "PLACING", "SHIFTING", "LIVE"];

    public static bool IsMoving(string? state) => state is "REQUESTED" or "GATES_EVALUATING" or "PLACING" or "ROLLING_OUT" or "SHIFTING" or "WATCHING";

    public static bool IsOver(string state) => state is "LIVE" or "REFUSED" or "REJECTED" or "ABORTED" or "ROLLED_BACK" or "FAILED";

    public static IEnumerable<Station> Of(PromotionDetail promotion)
    {
        var passed = promotion.Steps.Select((step, index) => new Station(
            step.Name, Words(step.Name), step.At, Look(step.Name, index == promotion.Steps.Count - 1, promotion.State)));
        return passed.Concat(Ahead(promotion));
    }

    private static IEnumerable<Station> Ahead(PromotionDetail promotion)
    {
        if (IsOver(promotion.State))
            return [];
        var reached = Math.Max(Array.IndexOf(way, promotion.State), promotion.Steps.Max(step => (int?)Array.IndexOf(way, step.Name)) ?? -1);
        return way.Skip(reached + 1)
            .Where(name => name != "AWAITING_APPROVAL" || promotion.ApprovalsRequired > 0)
            .Select(name => new Station(name, Words(name), null, "later"));
    }

    private static string Look(string name, bool last, string state) => name switch
    {
        "REFUSED" or "REJECTED" or "FAILED" => "bad",
        "ABORTED" or "ROLLED_BACK" => "warn",
        _ when last && !IsOver(state) => "now",
        _ => "ok",
    };

    public static string Words(string name) => name switch
    {
        "REQUESTED" => "Requested",
        "GATES_EVALUATING" => "Gates judged",
        "AWAITING_APPROVAL" => "Approval",
        "PLACING" => "Loaded and warmed",
        "ROLLING_OUT" => "Tried out on a share",
        "SHIFTING" => "Traffic shifted",
        "WATCHING" => "Watched",
        "LIVE" => "Live",
        "REFUSED" => "Refused by a gate",
        "REJECTED" => "Rejected",
        "ABORTED" => "Aborted",
        "ROLLED_BACK" => "Rolled back",
        "FAILED" => "Failed",
        _ => name.Replace('_', ' ').ToLowerInvariant(),
    };
}

internal sealed record Station(string Name, string Words, DateTimeOffset? At, string Look);
