namespace ModelHub.Domain.Gates;

public enum Verdict
{
    Pass,
    Fail,

    /// <summary>Nothing could be judged: never a pass.</summary>
    Inconclusive,
}

public static class Verdicts
{
    /// <summary>Of all gates together: fail when one fails, else inconclusive when one is; no gate at all is inconclusive.</summary>
    public static Verdict Together(this IEnumerable<Verdict> verdicts)
    {
        var all = verdicts.ToHashSet();
        return all.Contains(Verdict.Fail) ? Verdict.Fail
            : all.Count == 0 || all.Contains(Verdict.Inconclusive) ? Verdict.Inconclusive
            : Verdict.Pass;
    }
}

public sealed record Judgement(Verdict Verdict, string Reason)
{
    public static Judgement Pass(string reason) => new(Verdict.Pass, reason);

    public static Judgement Fail(string reason) => new(Verdict.Fail, reason);

    public static Judgement Inconclusive(string reason) => new(Verdict.Inconclusive, reason);
}
