namespace ModelHub.Router.Routing;

/// <summary>Says yes to a share of the requests, evenly spread: of any 100 in a row at 10 % 10 ± 1.</summary>
internal sealed class Sampling(double percent, Turns turns)
{
    private readonly ulong end = percent >= 100 ? ulong.MaxValue : (ulong)(Math.Max(0, percent) / 100 * 18_446_744_073_709_551_616.0);

    public bool Next() => percent > 0 && turns.Next() <= end;
}
