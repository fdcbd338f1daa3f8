namespace ModelHub.Domain.Gates;

public enum Verdict
{
    Pass,
    Fail,

    /// <summary>Nothing could be judged: never a pass.</summary>
    Inconclusive,
}

public sealed record Judgement(Verdict Verdict, string Reason)
{
    public static Judgement Pass(string reason) => new(Verdict.Pass, reason);

    public static Judgement Fail(string reason) => new(Verdict.Fail, reason);

    public static Judgement Inconclusive(string reason) => new(Verdict.Inconclusive, reason);
}
