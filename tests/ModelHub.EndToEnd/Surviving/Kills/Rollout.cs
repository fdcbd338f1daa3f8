using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>One version on its way into production: asked for, approved by somebody else, tried out in stages, watched.</summary>
internal sealed class Rollout(Stack stack, Graph approver, string model)
{
    public const string Environment = "production";

    private static readonly object Limits = new { maxErrorRate = 0.2 };

    /// <summary>One approval, and a second under watch.</summary>
    public static readonly object Policy = new { approvals = 1, watch = new { time = "PT1S", limits = Limits } };

    /// <summary>States that a promotion may leave for which others, when nobody aborts or rejects them.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["REQUESTED"] = ["GATES_EVALUATING"],
        ["GATES_EVALUATING"] = ["AWAITING_APPROVAL", "PLACING"],
        ["AWAITING_APPROVAL"] = ["GATES_EVALUATING", "PLACING"],
        ["PLACING"] = ["ROLLING_OUT", "SHIFTING"],
        ["ROLLING_OUT"] = ["SHIFTING", "ROLLED_BACK"],
        ["SHIFTING"] = ["WATCHING"],
        ["WATCHING"] = ["LIVE", "ROLLED_BACK"],
        ["LIVE"] = [],
        ["ROLLED_BACK"] = [],
    };

    /// <returns>the promotion's id</returns>
    public async Task<string> BeginAsync(int version, int stages, CancellationToken ct)
    {
        var input = new { model, version, environment = Environment, planDocument = Plan(stages), idempotencyKey = Guid.NewGuid().ToString() };
        var opened = await Patience.AgainAsync(() => stack.Admin.ChangeAsync("promoteVersion", input, "promotion { id }", ct), ct);
        return opened["promotion"]!["id"]!.GetValue<string>();
    }

    /// <summary>Approves it when its time has come.</summary>
    /// <returns>the promotion when it has ended</returns>
    public async Task<JsonNode> EndAsync(string promotion, TimeSpan limit, CancellationToken ct)
    {
        var key = Guid.NewGuid().ToString();
        var approved = false;
        return await Eventually.GetAsync($"the end of {promotion}", async () =>
        {
            var seen = await ReadAsync(promotion, ct);
            var state = seen["state"]!.GetValue<string>();
            if (state == "AWAITING_APPROVAL" && !approved)
            {
                await Patience.AgainAsync(() => approver.ChangeAsync("approvePromotion", new { promotion, idempotencyKey = key }, "promotion { state }", ct), ct);
                approved = true;
            }
            return Arrows.TryGetValue(state, out var next) && next.Length > 0 ? null : seen;
        }, limit, ct);
    }

    /// <summary>What is wrong with the way it went; null when every step follows an arrow.</summary>
    public static string? FaultOf(JsonNode promotion)
    {
        var path = promotion["steps"]!.AsArray().Select(step => step!["name"]!.GetValue<string>()).ToList();
        var state = promotion["state"]!.GetValue<string>();
        var illegal = path.Zip(path.Skip(1)).Any(step => !Arrows.GetValueOrDefault(step.First, []).Contains(step.Second));
        return illegal || path[^1] != state ? $"it went {string.Join(" > ", path)} and is {state}" : null;
    }

    private async Task<JsonNode> ReadAsync(string promotion, CancellationToken ct) => (await Patience.AgainAsync(
        () => stack.Admin.AskAsync("query($id: ID!) { promotion(id: $id) { state reason steps { name } } }", new { id = promotion }, ct), ct))["promotion"]!;

    private static object Plan(int stages)
    {
        int[] weights = stages switch { 0 => [], 1 => [30], _ => [20, 60] };
        var canaries = weights.Select(weight => (object)new { stage = "canary", weight, hold = "500ms", minimumSamples = 20, maximumTime = "2m", limits = Limits });
        return new { name = "killed", stages = (object[])[.. canaries, new { stage = "live" }] };
    }
}
