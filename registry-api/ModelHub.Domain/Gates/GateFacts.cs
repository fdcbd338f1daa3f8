using System.Text;
using System.Text.Json;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Domain.Gates;

/// <summary>What all gates of one promotion look at, read at one moment.</summary>
/// <param name="Champion">The version that has the traffic; null for the first.</param>
/// <param name="Checks">What was posted on the candidate.</param>
/// <param name="WasLiveIn">Environments in which the candidate ever had the traffic.</param>
public sealed record GateFacts(
    Version Candidate,
    Version? Champion,
    Policy Policy,
    IReadOnlyList<Check> Checks,
    IReadOnlyCollection<string> WasLiveIn)
{
    /// <summary>Two gates always stand; the policy adds the others.</summary>
    public IReadOnlyList<GateInputs> Inputs() =>
    [
        new ArtifactInputs(Candidate.Digest, Candidate.State, Candidate.Scan, ModelFormats.RunsCode(Candidate.Format), Candidate.ScanAcceptance?.By),
        new SignatureInputs(Candidate.Signature, Champion?.Signature, Champion is not null),
        .. Policy.MetricGates.Select(rule => new MetricInputs(rule, Measured(Candidate, rule), Measured(Champion, rule), Champion is not null)),
        .. Policy.RequiredChecks.Select(name => new CheckInputs(name, Checks.FirstOrDefault(c => c.Name == name)?.State)),
        .. Policy.PromotionFrom is { } from ? [new PromotedFromInputs(from, WasLiveIn.Contains(from))] : Array.Empty<GateInputs>(),
    ];

    public string PolicyDigest() => DigestOf(Policy);

    public static string DigestOf(Policy policy) => Digest.Of(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(policy))).Value;

    private static double? Measured(Version? version, MetricGate rule) =>
        version?.Metrics.FirstOrDefault(m => m.Name == rule.Metric)?.Value;
}
