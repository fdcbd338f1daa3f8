using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Access;

/// <summary>At most <paramref name="PerSecond"/> requests in the long run and <paramref name="Burst"/> at once; each router counts for itself.</summary>
public sealed record RateLimit(double PerSecond, int Burst)
{
    public const double MostPerSecond = 1_000_000;
    public const int MostBurst = 1_000_000;

    public Refusal? Check(string field)
    {
        if (PerSecond is not (>= 0.01 and <= MostPerSecond))
            return new InvalidInput($"{field}.perSecond", $"0.01 to {MostPerSecond}");
        return Burst is < 1 or > MostBurst ? new InvalidInput($"{field}.burst", $"1 to {MostBurst}") : null;
    }
}
