using System.Text.Json;
using ModelHub.Domain.Gates;

namespace ModelHub.Api.Environments;

/// <summary>What one gate says, and what it looked at, whole.</summary>
internal sealed record GateJudgement(string Gate, Verdict Verdict, string Reason, JsonElement Inputs)
{
    internal static GateJudgement Of(GateInputs inputs)
    {
        var judged = inputs.Judge();
        return new(inputs.Gate, judged.Verdict, judged.Reason, JsonSerializer.SerializeToElement(inputs, ModelHub.Database.Conventions.Json.Options));
    }
}

/// <summary>What a policy says of a version now. Nothing was written, and nobody was asked.</summary>
/// <param name="Verdict">Of all gates together.</param>
/// <param name="Against">The number of the version that has the traffic; null: none has.</param>
/// <param name="Approvals">How many would be asked for when the gates pass.</param>
/// <param name="Frozen">The freeze that would hold the traffic now; null: none.</param>
internal sealed record PolicyDryRun(
    string PolicyDigest, Verdict Verdict, IReadOnlyList<GateJudgement> Gates, int? Against, int Approvals, string? Frozen);

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class DryRunPolicyQuery
{
    /// <summary>The verdict of every gate, as a promotion now would get it, without side effects.</summary>
    /// <param name="draft">Left out: the policy that stands.</param>
    [Cost(20)]
    public static async Task<PolicyDryRun> DryRunPolicyAsync(
        string environment, string model, int version, PolicyInput? draft, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        var candidate = caller.May(Permission.Read, Place.Of(model))
            ? await db.Versions.AsNoTracking().SingleOrDefaultAsync(v => v.Model.Name == model && v.Number == version, ct)
            : null;
        if (candidate is null)
            throw Drafts.Refused(new VersionNotFound(model, version));
        var (place, policy) = await db.ReadDraftAsync(environment, draft, ct);
        var champion = await db.Variants.AsNoTracking()
            .Where(v => v.Endpoint.ModelId == candidate.ModelId && v.Endpoint.EnvironmentId == place.Id && v.Role == VariantRole.Primary && v.ValidTo == null)
            .Select(v => v.Version).SingleOrDefaultAsync(ct);

        var now = time.GetUtcNow();
        var facts = await db.ReadGateFactsAsync(candidate, champion, place, now, ct);
        GateJudgement[] gates = [.. facts.Inputs(policy).Select(GateJudgement.Of)];
        return new(policy.DigestOf(), gates.Select(g => g.Verdict).Together(), gates, champion?.Number, policy.Approvals, policy.Freeze?.At(now)?.ToString());
    }
}
