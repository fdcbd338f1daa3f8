using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Environments;

/// <summary>What an environment asks for before traffic. The gates artifact and signature always stand; these add others.</summary>
/// <param name="Approvals">How many distinct people, none of them the requester.</param>
/// <param name="PromotionFrom">The environment a version must be live in first; null asks for none.</param>
public sealed partial record Policy(
    IReadOnlyList<MetricGate> MetricGates,
    IReadOnlyList<string> RequiredChecks,
    int Approvals,
    string? PromotionFrom = null)
{
    public const int MaxApprovals = 10;
    public const int MaxRules = 50;

    public static readonly Policy Open = new([], [], 0);

    private static readonly JsonSerializerOptions Canonical = new()
    {
        // A setting that comes later changes no digest of a policy that does not use it.
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public IReadOnlyList<MetricLimit> MetricLimits { get; init; } = [];

    /// <summary>Whose approvals count; null: of everybody who may approve there.</summary>
    public Approvers? Approvers { get; init; }

    /// <summary>Whether a version must be live in the environment of the next lower rank first.</summary>
    public bool FromEnvironmentBefore { get; init; }

    /// <summary>How old the newest data version in the lineage may be; null: any.</summary>
    public TimeSpan? MaxDataAge { get; init; }

    /// <summary>Null asks for no shadow test.</summary>
    public ShadowTestRule? ShadowTest { get; init; }

    /// <summary>Null: traffic may move at any time.</summary>
    public FreezePolicy? Freeze { get; init; }

    /// <summary>How a version comes to traffic when the request names no plan; null: all at once.</summary>
    public RolloutPlan? DefaultPlan { get; init; }

    /// <summary>For how long a version is watched once it is live, and what it must keep to; null: it is not.</summary>
    public WatchPolicy? Watch { get; init; }

    /// <summary>SHA-256 of all that it says, as evidence names it.</summary>
    public string DigestOf() => Digest.Of(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Canonical))).Value;
}
