using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Console.Graph;
using ModelHub.Console.Promotions;

namespace ModelHub.Console.Environments;

/// <summary>What a draft would say: of promotions under way, of one version now, of promotions that were decided. All three only read.</summary>
internal static class TryPolicy
{
    public static readonly Operation<EnvironmentVariables, ReadTriableData> Triable = new(
        "ReadTriable", Documents.ReadTriable, GraphJson.Default.GraphRequestEnvironmentVariables, GraphJson.Default.GraphResponseReadTriableData);

    public static readonly Operation<ReviewPolicyVariables, ReviewPolicyData> Review = new(
        "ReviewPolicy", Documents.ReviewPolicy, GraphJson.Default.GraphRequestReviewPolicyVariables, GraphJson.Default.GraphResponseReviewPolicyData);

    public static readonly Operation<DryRunPolicyVariables, DryRunPolicyData> DryRun = new(
        "DryRunPolicy", Documents.DryRunPolicy, GraphJson.Default.GraphRequestDryRunPolicyVariables, GraphJson.Default.GraphResponseDryRunPolicyData);

    public static readonly Operation<BacktestPolicyVariables, BacktestPolicyData> Backtest = new(
        "BacktestPolicy", Documents.BacktestPolicy, GraphJson.Default.GraphRequestBacktestPolicyVariables, GraphJson.Default.GraphResponseBacktestPolicyData);
}

public sealed record ReadTriableData(Nodes<PromotedVersion> Promotions, Nodes<TriableModel> Models)
{
    /// <summary>Versions to choose from, those lately asked for first: <c>risk.credit-scoring@3</c>.</summary>
    public IEnumerable<string> Versions =>
        Promotions.Items.Select(p => $"{p.Version.Model}@{p.Version.Number}")
            .Concat(Models.Items.Where(m => m.LatestVersion is not null).Select(m => $"{m.Name}@{m.LatestVersion!.Number}")).Distinct();
}

public sealed record PromotedVersion(VersionRef Version);

public sealed record TriableModel(string Name, VersionNumber? LatestVersion);

internal sealed record ReviewPolicyVariables(string Environment, JsonNode? Draft);

public sealed record ReviewPolicyData(PolicyReview ReviewPolicy);

public sealed record PolicyReview(string PolicyDigest, bool Changes, int LeftOff, FreezeNow? Freezing, IReadOnlyList<ReviewedPromotion> Promotions);

public sealed record ReviewedPromotion(string Promotion, string Model, int Version, string State, string Verdict, int Approved, int ApprovalsNeeded, IReadOnlyList<GateWord> Because)
{
    /// <summary>What happens to it once the draft stands.</summary>
    public string Outcome => (State, Verdict) switch
    {
        ("PLACING", _) => "goes on with what was judged; ends as failed where a gate is new",
        ("ROLLING_OUT", "FAIL") => "goes back when its stage ends",
        ("ROLLING_OUT", "INCONCLUSIVE") => "stays in its stage until the gates can be judged",
        ("ROLLING_OUT", _) => "goes on",
        (_, "FAIL") => "is refused",
        (_, "INCONCLUSIVE") => "waits for what is missing",
        _ when Approved < ApprovalsNeeded => $"waits for {ApprovalsNeeded - Approved} more {(ApprovalsNeeded - Approved == 1 ? "approval" : "approvals")}",
        _ => "goes on",
    };
}

public sealed record GateWord(string Gate, string Verdict, string Reason, bool Recorded = true);

internal sealed record DryRunPolicyVariables(string Environment, string Model, int Version, JsonNode? Draft);

public sealed record DryRunPolicyData(PolicyDryRun DryRunPolicy);

public sealed record PolicyDryRun(string Verdict, int? Against, int Approvals, string? Frozen, IReadOnlyList<GateJudgement> Gates);

public sealed record GateJudgement(string Gate, string Verdict, string Reason, JsonElement? Inputs)
{
    internal IEnumerable<(string Name, string Value)> Saw => Evidence.Of(Inputs);
}

internal sealed record BacktestPolicyVariables(string Environment, JsonNode? Draft, DateTimeOffset Since, int First);

public sealed record BacktestPolicyData(PolicyBacktest BacktestPolicy);

public sealed record PolicyBacktest(DateTimeOffset Since, DateTimeOffset Until, int LeftOff, BacktestSums Sums, IReadOnlyList<BacktestDifference> Differences);

public sealed record BacktestSums(int Promotions, int Same, int WouldBeRefused, int WouldBeLetIn, int WouldWait, IReadOnlyList<BacktestGate> Gates);

public sealed record BacktestGate(string Gate, int Pass, int Fail, int Inconclusive, int NotRecorded);

public sealed record BacktestDifference(string Promotion, string Model, int Version, DateTimeOffset RequestedAt, string State, string Then, string Now, IReadOnlyList<GateWord> Because);
