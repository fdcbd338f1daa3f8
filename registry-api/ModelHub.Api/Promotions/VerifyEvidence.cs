using System.Text.Json;
using ModelHub.Api.Environments;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;

namespace ModelHub.Api.Promotions;

/// <param name="Agrees">Every row gives its verdict again, and the log and the policies know it.</param>
internal sealed record EvidenceVerification(bool Agrees, IReadOnlyList<EvidenceCheck> Evidence);

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class VerifyEvidenceQuery
{
    private sealed record Logged(IReadOnlyList<GateVerdict> Gates);

    /// <summary>Judges the stored evidence of a promotion again and compares it with the log, whose own chain <c>audit verify</c> checks.</summary>
    [Cost(20)]
    public static async Task<EvidenceVerification> VerifyEvidenceAsync([ID<Promotion>] PromotionId promotion, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(promotion, caller, ct) is not { } found)
            throw Drafts.Refused(new PromotionNotFound());
        var rows = await db.GateEvidence.AsNoTracking().Where(e => e.PromotionId == promotion).ToListAsync(ct);
        var (type, subject) = ("promotion.gates-evaluated", Subjects.Promotion(promotion.Value));
        var logged = await db.Events.AsNoTracking().Where(e => e.Subject == subject && e.Type == type).OrderBy(e => e.Sequence).Select(e => e.Data).ToListAsync(ct);
        var policies = await db.PolicyVersions.Where(v => v.EnvironmentId == found.EnvironmentId).Select(v => v.Digest).ToListAsync(ct);

        var checks = Domain.Gates.VerifyEvidence.Run(
            rows, [.. logged.Select(data => JsonSerializer.Deserialize<Logged>(data, Database.Conventions.Json.Options)!.Gates)], policies.ToHashSet());
        return new(checks.All(c => c.Fault is null), checks);
    }
}
