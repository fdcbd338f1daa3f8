using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Environment = ModelHub.Domain.Environments.Environment;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Domain;

/// <summary>The smallest things that a case about something else needs.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly Actor Ada = Actor.User("ada");
    public static readonly Actor Bob = Actor.User("bob");
    public static readonly Actor Eve = Actor.User("eve");

    public static readonly Signature Credit = new(
        [new TensorSpec("income", "FP32", [-1, 1]), new TensorSpec("purpose", "BYTES", [-1, 1])],
        [new TensorSpec("label", "INT64", [-1]), new TensorSpec("probabilities", "FP32", [-1, 2], ["0", "1"], TensorKind.Zipmap)]);

    public static Version Registered(int number = 1, params Metric[] metrics) =>
        Version.Register(
            ModelId.New(Now),
            number,
            new VersionRegistration(Digest.Of([(byte)number]).Value, 1, "onnx") { Description = new VersionDescription(Metrics: metrics) },
            Ada,
            Now).Value;

    public static Version Ready(int number = 1, params Metric[] metrics)
    {
        var version = Registered(number, metrics);
        version.Accept(Credit, [], ArtifactScan.NotApplicable, Now);
        return version;
    }

    public static Environment Place(Policy policy) => Environment.Create("production", 2, policy, Now).Value;

    public static Promotion Asked(int approvals = 0) =>
        Promotion.Open(Request(Ready(), Policy.Open with { Approvals = approvals }), Ada, Now).Value;

    public static PromotionRequest Request(Version version, Policy? policy = null) =>
        new(version, "risk.credit-scoring", Place(policy ?? Policy.Open), EndpointId.New(Now), null, null, null);
}
