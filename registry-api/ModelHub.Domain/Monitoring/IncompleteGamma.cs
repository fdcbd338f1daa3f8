namespace ModelHub.Domain.Monitoring;

/// <summary>The regularised upper incomplete gamma function Q(a, x), which is the tail of χ²: P(χ²ₖ > x) = Q(k/2, x/2).</summary>
internal static class IncompleteGamma
{
    private const double Accuracy = 1e-15;
    private const double Tiny = 1e-300;
    private const int Most = 100_000;

    /// <summary>By the series of the lower function (DLMF 8.7.1) where that converges fast, else by the continued fraction of the upper one (DLMF 8.9.2).</summary>
    public static double Q(double a, double x)
    {
        if (x <= 0)
            return 1;
        var scale = Math.Exp(a * Math.Log(x) - x - LogGamma(a));
        return Math.Clamp(x < a + 1 ? 1 - scale * Series(a, x) : scale * Fraction(a, x), 0, 1);
    }

    private static double Series(double a, double x)
    {
        var term = 1 / a;
        var sum = term;
        for (var n = 1; n < Most && term > sum * Accuracy; n++)
            sum += term *= x / (a + n);
        return sum;
    }

    /// <summary>1/(x+1−a− 1(1−a)/(x+3−a− 2(2−a)/(x+5−a− …))), evaluated from the front as Lentz does.</summary>
    private static double Fraction(double a, double x)
    {
        var b = x + 1 - a;
        var (c, d) = (1 / Tiny, 1 / b);
        var fraction = d;
        for (var n = 1; n < Most; n++)
        {
            var above = n * (a - n);
            b += 2;
            d = 1 / Guard(b + above * d);
            c = Guard(b + above / c);
            fraction *= c * d;
            if (Math.Abs(c * d - 1) < Accuracy)
                break;
        }
        return fraction;
    }

    /// <summary>Stirling's series (DLMF 5.11.1), after the recurrence has made the argument large enough for it.</summary>
    private static double LogGamma(double a)
    {
        var shift = 0.0;
        for (; a < 10; a++)
            shift -= Math.Log(a);
        var inverse = 1 / (a * a);
        var series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680 - inverse / 1188)))) / a;
        return shift + (a - 0.5) * Math.Log(a) - a + 0.5 * Math.Log(2 * Math.PI) + series;
    }

    private static double Guard(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
