using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Gates;

public readonly record struct GateEvidenceId(Guid Value) : IId<GateEvidenceId>
{
    public static GateEvidenceId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static GateEvidenceId From(Guid value) => new(value);
}

/// <summary>What a gate saw and how it judged: enough to judge again and come to the same verdict.</summary>
public sealed class GateEvidence
{
    /// <summary>Older evidence opens no gate: it is gathered again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly JsonSerializerOptions Written = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    private GateEvidence()
    {
    }

    private GateEvidence(PromotionId promotion, GateInputs inputs, Judgement judgement, string policyDigest, DateTimeOffset now) =>
        (Id, PromotionId, Gate, Inputs, Verdict, Reason, PolicyDigest, EvaluatedAt, ExpiresAt) =
        (GateEvidenceId.New(now), promotion, inputs.Gate, inputs, judgement.Verdict, judgement.Reason, policyDigest, now, now + Lifetime);

    public GateEvidenceId Id { get; private set; }

    public PromotionId PromotionId { get; private set; }

    public string Gate { get; private set; } = "";

    public Verdict Verdict { get; private set; }

    public GateInputs Inputs { get; private set; } = null!;

    public string Reason { get; private set; } = "";

    /// <summary>SHA-256 of the policy it was judged under.</summary>
    public string PolicyDigest { get; private set; } = "";

    public DateTimeOffset EvaluatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public static GateEvidence Gather(PromotionId promotion, GateInputs inputs, string policyDigest, DateTimeOffset now) =>
        new(promotion, inputs, inputs.Judge(), policyDigest, now);

    /// <summary>Judges the stored inputs again.</summary>
    public static Verdict Recompute(GateEvidence evidence) => evidence.Inputs.Judge().Verdict;

    /// <summary>SHA-256 of what the gate looked at, the same before it is stored and after.</summary>
    public string InputsDigest() => Digest.Of(JsonSerializer.SerializeToUtf8Bytes(Inputs, Written)).Value;

    /// <summary>Whether it still stands: not expired, judged under this policy, and what the gate sees now gives the same judgement.</summary>
    public bool StillStands(GateInputs now, string policyDigest, DateTimeOffset at) =>
        at < ExpiresAt && PolicyDigest == policyDigest && now.Judge() == new Judgement(Verdict, Reason);
}
