using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Predictions;

/// <summary>Which of an endpoint's requests routers take into the ledger, and what of them.</summary>
/// <param name="Share">Of the requests that are answered, 0 to 1. Those that fail are always taken.</param>
/// <param name="PerSecond">At most so many answered ones a second, per router.</param>
/// <param name="Redacted">Fields whose values are left out at the router.</param>
/// <param name="Hashed">Fields whose values are replaced at the router by a keyed hash: the same value gives the same one.</param>
/// <param name="Bytes">Inputs or outputs that take more are left out.</param>
/// <param name="Days">For how long predictions and labels are kept.</param>
public sealed record LedgerPolicy(
    double Share, int PerSecond = LedgerPolicy.UsualPerSecond, IReadOnlyList<string>? Redacted = null, IReadOnlyList<string>? Hashed = null,
    int Bytes = LedgerPolicy.UsualBytes, int Days = LedgerPolicy.UsualDays)
{
    public const int UsualPerSecond = 100;
    public const int MostPerSecond = 10_000;
    public const int UsualBytes = 16 * 1024;
    public const int FewestBytes = 256;
    public const int MostBytes = 256 * 1024;
    public const int UsualDays = 30;
    public const int MostDays = 3_650;
    public const int MostFields = 100;

    public IReadOnlyList<string> Redacted { get; init; } = Redacted ?? [];

    public IReadOnlyList<string> Hashed { get; init; } = Hashed ?? [];

    public Refusal? Check()
    {
        if (!(Share is >= 0 and <= 1))
            return new InvalidInput("share", "0 to 1");
        if (PerSecond is < 1 or > MostPerSecond)
            return new InvalidInput("perSecond", $"1 to {MostPerSecond}");
        if (Bytes is < FewestBytes or > MostBytes)
            return new InvalidInput("bytes", $"{FewestBytes} to {MostBytes}");
        if (Days is < 1 or > MostDays)
            return new InvalidInput("days", $"1 to {MostDays}");
        if ((Check("redacted", Redacted) ?? Check("hashed", Hashed)) is { } refusal)
            return refusal;
        return Hashed.Intersect(Redacted, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } both
            ? new InvalidInput("hashed", $"{both} is redacted already")
            : null;
    }

    private static InvalidInput? Check(string field, IReadOnlyList<string> names) =>
        names.Count > MostFields || names.Any(name => name.Length is 0 or > Limits.Name || name.Any(char.IsControl))
            ? new InvalidInput(field, $"at most {MostFields} names of 1 to {Limits.Name} characters")
            : null;
}
