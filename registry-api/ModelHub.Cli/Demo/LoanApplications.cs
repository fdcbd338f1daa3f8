using System.Globalization;
using System.Text;

namespace ModelHub.Cli.Demo;

/// <summary>
/// Made-up loan applications with a known truth. Every applicant is drawn from the distributions below; whether the loan
/// defaults is a coin thrown with probability σ(z), where z is the sum of the intercept and these terms:
/// <code>
/// column            drawn from                                             term in z
/// age               21 … 69, evenly                                        −0.25 · (age − 45) / 12
/// income            log-normal, median 2,800 a month, σ 0.45               −1.10 · ln(income / 2,800)
/// amount            log-normal, median 12,000, σ 0.6                       +0.55 · ln(amount / 12,000)
/// term_months       12, 24, … 84                                           +0.20 · (term − 48) / 24
/// employment_years  exponential, mean 6, at most 40                        −0.45 · (min(years, 15) − 6) / 5
/// debt_ratio        mean of two uniforms over 0 … 0.9                      +0.85 · (ratio − 0.45) / 0.18
/// late_payments     Poisson, mean 0.7                                      +0.70 · (late − 0.7)
/// purpose           car 35 %, home 25 %, education 15 %, business 25 %     0, −0.20, +0.10, +0.45
/// housing           own 40 %, rent 45 %, family 15 %                       −0.25, +0.15, 0
/// employment        permanent 65 %, temporary 20 %, self-employed 15 %     −0.15, +0.35, +0.25
/// </code>
/// Shifted applications are those of a ring with spotless papers: fewer late payments (mean 0.2) and lower incomes (median 1,900), and the
/// terms of income, debt_ratio and late_payments turn round, because those who look best are those who never pay.
/// The intercept −1.9 gives a default rate near 20 %. Values are missing at random: 2 % everywhere, and in the early
/// applications a share of income, debt_ratio and late_payments, which branches did not send at first. The same seed gives
/// the same applications on every machine.
/// </summary>
internal sealed class LoanApplications
{
    public const string Target = "defaulted";

    private const double Intercept = -1.9;
    private const double MissingShare = 0.02;
    private const string Header = "application_id,age,income,amount,term_months,employment_years,debt_ratio,late_payments,purpose,housing,employment," + Target;

    private static readonly (string Value, double Share, double Term)[] purposes = [("car", 0.35, 0), ("home", 0.25, -0.20), ("education", 0.15, 0.10), ("business", 0.25, 0.45)];
    private static readonly (string Value, double Share, double Term)[] housings = [("own", 0.40, -0.25), ("rent", 0.45, 0.15), ("family", 0.15, 0)];
    private static readonly (string Value, double Share, double Term)[] employments = [("permanent", 0.65, -0.15), ("temporary", 0.20, 0.35), ("self-employed", 0.15, 0.25)];

    private readonly Random chance;
    private readonly List<string> lines = [Header];
    private int defaults;

    private readonly bool shifted;

    private LoanApplications(int seed, bool shifted) => (chance, this.shifted) = (new Random(seed), shifted);

    public int Rows => lines.Count - 1;

    public double DefaultRate => defaults / (double)Rows;

    /// <param name="seed">Start of the random sequence.</param>
    /// <param name="rows">How many applications.</param>
    /// <param name="early">How many of them, the first, miss values as early applications do.</param>
    /// <param name="earlyMissing">Which share of the three late-coming columns those miss.</param>
    /// <param name="shifted">Of other applicants, with another truth.</param>
    public static LoanApplications Generate(int seed, int rows, int early, double earlyMissing, bool shifted = false)
    {
        var applications = new LoanApplications(seed, shifted);
        for (var row = 0; row < rows; row++)
            applications.Add(row + 1, row < early ? earlyMissing : MissingShare);
        return applications;
    }

    /// <summary>What is known when somebody applies, and what turns out later.</summary>
    public IReadOnlyList<(IReadOnlyList<KeyValuePair<string, string>> Fields, string Label)> Applications()
    {
        var names = Header.Split(',');
        return [.. lines.Skip(1).Select(line => line.Split(',')).Select(values =>
            ((IReadOnlyList<KeyValuePair<string, string>>)[.. names.Zip(values, KeyValuePair.Create).Skip(1).SkipLast(1)], values[^1]))];
    }

    public async Task WriteAsync(string path, CancellationToken ct) => await File.WriteAllLinesAsync(path, lines, new UTF8Encoding(false), ct);

    private void Add(int id, double lateColumnsMissing)
    {
        // Every number is rounded before it enters z, so that what the file says is what decided.
        var age = chance.Next(21, 70);
        var income = Math.Round((shifted ? 1900 : 2800) * Math.Exp(0.45 * Normal()));
        var amount = Math.Round(12000 * Math.Exp(0.6 * Normal()) / 100) * 100;
        var term = 12 * chance.Next(1, 8);
        var years = Math.Round(Math.Min(40, -6 * Math.Log(1 - chance.NextDouble())), 1);
        var ratio = Math.Round(0.45 * (chance.NextDouble() + chance.NextDouble()), 3);
        var late = Poisson(shifted ? 0.2 : 0.7);
        var turn = shifted ? -1 : 1;
        var (purpose, housing, employment) = (Pick(purposes), Pick(housings), Pick(employments));
        var z = Intercept - 0.25 * (age - 45) / 12.0 - turn * 1.10 * Math.Log(Math.Max(income, 1) / 2800) + 0.55 * Math.Log(Math.Max(amount, 100) / 12000)
            + 0.20 * (term - 48) / 24.0 - 0.45 * (Math.Min(years, 15) - 6) / 5 + turn * 0.85 * (ratio - 0.45) / 0.18 + turn * 0.70 * (late - 0.7)
            + purpose.Term + housing.Term + employment.Term;
        var defaulted = chance.NextDouble() < 1 / (1 + Math.Exp(-z));
        defaults += defaulted ? 1 : 0;
        lines.Add(string.Join(',',
            Text(id), Maybe(Text(age)), Maybe(Text(income), lateColumnsMissing), Text(amount), Text(term), Maybe(Text(years)),
            Maybe(Text(ratio), lateColumnsMissing), Maybe(Text(late), lateColumnsMissing),
            purpose.Value, Maybe(housing.Value), Maybe(employment.Value), defaulted ? "1" : "0"));
    }

    private string Maybe(string value, double missing = MissingShare) => chance.NextDouble() < missing ? "" : value;

    private (string Value, double Share, double Term) Pick((string Value, double Share, double Term)[] choices)
    {
        var at = chance.NextDouble();
        foreach (var choice in choices)
            if ((at -= choice.Share) < 0)
                return choice;
        return choices[^1];
    }

    /// <summary>Box and Muller's transform.</summary>
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    /// <summary>Knuth's product of uniforms.</summary>
    private int Poisson(double mean)
    {
        var (count, product, limit) = (0, chance.NextDouble(), Math.Exp(-mean));
        for (; product > limit; count++)
            product *= chance.NextDouble();
        return count;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
