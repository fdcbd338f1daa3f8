using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Environments;

/// <summary>A policy as this console understands it, to say it in words. What it does not know stands in the JSON beside.</summary>
public sealed record PolicyRules(
    int Approvals, ApproverRules? Approvers, IReadOnlyList<string>? RequiredChecks, string? PromotionFrom, bool FromEnvironmentBefore, string? MaxDataAge,
    ShadowRule? ShadowTest, IReadOnlyList<GateRule>? MetricGates, IReadOnlyList<LimitRule>? MetricLimits, FreezeRules? Freeze, JsonElement? DefaultPlan, WatchRules? Watch)
{
    /// <summary>Null: it is not written as a policy is, which the api says better.</summary>
    internal static PolicyRules? Of(JsonNode policy)
    {
        try
        {
            return policy.Deserialize(GraphJson.Default.PolicyRules);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

public sealed record ApproverRules(IReadOnlyList<string>? Roles, IReadOnlyList<string>? Names);

public sealed record ShadowRule(string? MaxAge);

public sealed record GateRule(string? Metric, decimal Margin, string? Direction);

public sealed record LimitRule(string? Metric, decimal? Min, decimal? Max);

public sealed record FreezeRules(string? Action, IReadOnlyList<WeeklyRule>? Weekly, IReadOnlyList<DatedRule>? Dated);

public sealed record WeeklyRule(string? Name, IReadOnlyList<string>? Days, string? From, string? To, string? TimeZone);

public sealed record DatedRule(string? Name, DateTimeOffset From, DateTimeOffset Until);

/// <param name="Limits">By name, as plans write them, too.</param>
public sealed record WatchRules(string? Time, IReadOnlyDictionary<string, decimal?>? Limits);
