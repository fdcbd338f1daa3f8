namespace ModelHub.Router.Comparing;

/// <summary>One request and what both versions answered; null where one did not, or where nobody can read it.</summary>
internal sealed record Pair(
    AskedRequest Request, KeptAnswer Primary, bool CandidateIsGood, double CandidateMicroseconds,
    IReadOnlyDictionary<string, ReadOutput>? PrimaryOutputs, IReadOnlyDictionary<string, ReadOutput>? CandidateOutputs, Func<IReadOnlyCollection<string>, string> CandidateText)
{
    public int Rows => PrimaryOutputs!.Values.Max(o => (int?)o.Rows) ?? 1;
}
