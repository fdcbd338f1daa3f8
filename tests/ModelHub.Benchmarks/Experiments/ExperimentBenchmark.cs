using System.Globalization;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Benchmarks.Experiments;

/// <summary>
/// Simulated experiments, looked at after every key: how often arms that are the same are called different, by our test and by a t-test
/// at the same level, and how soon a planted difference is found.
/// </summary>
internal static class ExperimentBenchmark
{
    private const int Runs = 10_000;
    private const int Keys = 5_000;
    private const int PoweredRuns = 1_000;
    private const int PoweredKeys = 40_000;
    private const double Level = 0.05;
    private const int Minimum = ExperimentOptions.DefaultSamples;
    private const double NormalQuantile = 1.959963984540054;

    public static Task RunAsync(CancellationToken ct)
    {
        Same("A coin of 10 % in both arms", random => random.NextDouble() < 0.1 ? 1 : 0, ct);
        Same("Amounts, exponentially distributed, in both arms", random => -Math.Log(1 - random.NextDouble()), ct);
        Shares(ct);
        Planted(ct);
        return Task.CompletedTask;
    }

    private static void Same(string title, Func<Random, double> draw, CancellationToken ct)
    {
        var table = new Table(
            $"{title}: {Runs:N0} A/A runs of {Keys:N0} keys, looked at after every key from {Minimum} values an arm on, level {Percent(Level)}", "test", "called a difference", "of all", "at most, if the level holds");
        foreach (var (test, differs) in Tests)
        {
            var called = Parallel(Runs, run => FirstCall(new Random(run), draw, draw, Keys, differs), ct).Count(at => at is not null);
            table.Add(test, $"{called:N0}", Percent((double)called / Runs), Percent(MostByChance() / (double)Runs));
        }
        table.Print();
    }

    private static void Shares(CancellationToken ct)
    {
        var table = new Table(
            $"Shares of 50 % that hold: {Runs:N0} runs of {Keys:N0} keys, looked at after every key, level {Percent(Level)}", "test", "called a mismatch", "of all", "at most, if the level holds");
        var called = Parallel(Runs, run => Mismatch(new Random(run)), ct).Count(at => at is not null);
        table.Add("sequential multinomial", $"{called:N0}", Percent((double)called / Runs), Percent(MostByChance() / (double)Runs));
        table.Print();
    }

    private static void Planted(CancellationToken ct)
    {
        var table = new Table(
            $"A coin of 10 % against a better one: {PoweredRuns:N0} runs of at most {PoweredKeys:N0} keys, looked at after every key", "better by", "found", "keys, median", "keys, 9 of 10", "a t-test planned for 80 % needs");
        foreach (var better in (double[])[0.01, 0.02, 0.05, 0.1])
        {
            var found = Parallel(PoweredRuns, run => FirstCall(new Random(run), Coin(0.1), Coin(0.1 + better), PoweredKeys, Sequential), ct).OfType<int>().Order().ToArray();
            table.Add($"{better * 100:0} points", Percent((double)found.Length / PoweredRuns), Quantile(found, 0.5), Quantile(found, 0.9), $"{Planned(0.1, 0.1 + better):N0}");
        }
        table.Print();
    }

    private static IEnumerable<(string, Func<ArmTotals, ArmTotals, bool>)> Tests => [("sequential", Sequential), ("t-test, looked at each time", Peeking)];

    private static bool Sequential(ArmTotals one, ArmTotals other) => ConfidenceSequence.Of(one, other, Level, Minimum) is { } interval && (interval.Low > 0 || interval.High < 0);

    /// <summary>Welch's, with the normal quantile: there are hundreds of values.</summary>
    private static bool Peeking(ArmTotals one, ArmTotals other) =>
        Math.Min(one.Measured, other.Measured) >= Minimum
        && Math.Abs(one.Mean!.Value - other.Mean!.Value) > NormalQuantile * Math.Sqrt(one.Variance!.Value / one.Measured + other.Variance!.Value / other.Measured);

    /// <returns>the key after which a difference was called; null for never</returns>
    private static int? FirstCall(Random random, Func<Random, double> one, Func<Random, double> other, int keys, Func<ArmTotals, ArmTotals, bool> differs)
    {
        RunningArm first = new(0), second = new(1);
        for (var key = 1; key <= keys; key++)
        {
            if (random.Next(2) == 0)
                first.Add(one(random));
            else
                second.Add(other(random));
            if (differs(first.Totals, second.Totals))
                return key;
        }
        return null;
    }

    private static int? Mismatch(Random random)
    {
        long[] counts = [0, 0];
        for (var key = 1; key <= Keys; key++)
        {
            counts[random.Next(2)]++;
            if (SampleRatio.PValue(counts, [50, 50]) <= Level)
                return key;
        }
        return null;
    }

    /// <summary>A count that one simulation in a thousand exceeds by chance when the level is kept exactly.</summary>
    private static int MostByChance()
    {
        var most = (int)(Runs * Level);
        while (Binomial.Tail(most, Runs, Level) > 0.001)
            most++;
        return most;
    }

    /// <summary>Keys of both arms that a test with one look at its end needs for a power of 80 %: 2 (z₀.₉₇₅ + z₀.₈)² (p(1−p) + q(1−q)) / (q − p)².</summary>
    private static double Planned(double p, double q) => 2 * Math.Pow(NormalQuantile + 0.8416212335729143, 2) * (p * (1 - p) + q * (1 - q)) / Math.Pow(q - p, 2);

    private static Func<Random, double> Coin(double rate) => random => random.NextDouble() < rate ? 1 : 0;

    private static int?[] Parallel(int runs, Func<int, int?> run, CancellationToken ct) => [.. ParallelEnumerable.Range(0, runs).WithCancellation(ct).Select(run)];

    private static string Quantile(int[] ordered, double p) => ordered.Length == 0 ? "" : ordered[(int)(p * (ordered.Length - 1))].ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
