using ModelHub.Domain.Events;

namespace ModelHub.Domain.Gates;

/// <summary>What judging a stored row again gives.</summary>
/// <param name="Fault">Null: it agrees with itself, with the log and with the policy it names.</param>
public sealed record EvidenceCheck(string Gate, DateTimeOffset EvaluatedAt, Verdict Stored, Verdict Recomputed, string? Fault);

/// <summary>
/// Whether stored evidence still says what was decided: the inputs give the verdict, the policy is one that the environment had,
/// and the chained log holds the same. A row that somebody changed, removed or added does not.
/// </summary>
public static class VerifyEvidence
{
    /// <param name="evidence">All rows of one promotion.</param>
    /// <param name="logged">What the log says of each evaluation, in order.</param>
    /// <param name="policies">Digests of all policies the environment ever had.</param>
    public static IReadOnlyList<EvidenceCheck> Run(
        IReadOnlyList<GateEvidence> evidence, IReadOnlyList<IReadOnlyList<GateVerdict>> logged, IReadOnlySet<string> policies)
    {
        var rounds = evidence.GroupBy(e => e.EvaluatedAt).OrderBy(round => round.Key).ToList();
        return
        [
            .. rounds.SelectMany((round, i) => round.OrderBy(e => e.Gate, StringComparer.Ordinal).Select(e => Check(e, logged.ElementAtOrDefault(i), policies))),
            .. rounds.SelectMany((round, i) => Gone(round.Key, [.. round], logged.ElementAtOrDefault(i) ?? [])),
            .. logged.Skip(rounds.Count).SelectMany(round => Gone(DateTimeOffset.MinValue, [], round)),
        ];
    }

    private static EvidenceCheck Check(GateEvidence row, IReadOnlyList<GateVerdict>? logged, IReadOnlySet<string> policies)
    {
        var judged = row.Inputs.Judge();
        var said = logged?.FirstOrDefault(l => l.Gate == row.Gate);
        var fault =
            row.Inputs.Gate != row.Gate ? $"its inputs are those of {row.Inputs.Gate}"
            : judged != new Judgement(row.Verdict, row.Reason) ? $"its inputs give {judged.Verdict}: {judged.Reason}"
            : said is null ? "the log knows of no such judgement"
            : said.Verdict != row.Verdict || said.Reason != row.Reason ? $"the log says {said.Verdict}: {said.Reason}"
            : said.Inputs is { } digest && digest != row.InputsDigest() ? "the log has other inputs"
            : policies.Contains(row.PolicyDigest) ? null : "no policy of the environment ever had its digest";
        return new(row.Gate, row.EvaluatedAt, row.Verdict, judged.Verdict, fault);
    }

    private static IEnumerable<EvidenceCheck> Gone(DateTimeOffset at, IReadOnlyList<GateEvidence> rows, IReadOnlyList<GateVerdict> logged) =>
        logged.Where(l => rows.All(r => r.Gate != l.Gate))
            .Select(l => new EvidenceCheck(l.Gate, at, l.Verdict, Verdict.Inconclusive, "the log knows of it, and its row is gone"));
}
