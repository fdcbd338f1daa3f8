using System.Diagnostics;
using ModelHub.Inference.Explaining;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Explaining;

/// <summary>
/// Runs rows of an explanation on the way that requests take: short runs here, longer ones in the version's line, never more rows at once than take a few
/// milliseconds. While requests of others are in work it rests as long as it ran.
/// </summary>
internal sealed class AskModel(LoadedVersion version, AnswerNumbers numbers, long deadline, CancellationToken ct)
{
    private const int MostRows = 256;
    private const double GoodMilliseconds = 5;
    private int together = version.RowsStandAlone ? 16 : 1;

    /// <returns>the numbers of each row, in order</returns>
    /// <exception cref="RunException">a run failed, the time is over, or the answers are no numbers</exception>
    public async IAsyncEnumerable<double[]> RunAsync(MixRows mix, IEnumerable<MixedRow> rows)
    {
        using var each = rows.GetEnumerator();
        var some = new List<MixedRow>(MostRows);
        while (true)
        {
            some.Clear();
            while (some.Count < together && each.MoveNext())
                some.Add(each.Current);
            if (some.Count == 0)
                yield break;
            var answers = await RunAsync(mix, some);
            var width = numbers.Numbers.Length;
            for (var row = 0; row < some.Count; row++)
                yield return answers[(row * width)..((row + 1) * width)];
        }
    }

    private async Task<double[]> RunAsync(MixRows mix, List<MixedRow> rows)
    {
        // Off the thread that reads the socket, and behind whatever else waits for one of the pool's.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var left = TimeSpan.FromMilliseconds(deadline - Environment.TickCount64);
        if (left <= TimeSpan.Zero)
            throw new RunException(RunFault.TimedOut, "The explanation did not end in time; ask for fewer permutations, or give it longer.");
        var slot = version.Rent();
        var started = Stopwatch.GetTimestamp();
        double[]? answers;
        try
        {
            mix.Fill(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows), slot.Request);
            if (!version.TryRun(slot, left))
                await version.RunAsync(slot, left, ct);
            answers = numbers.Read(rows.Count, slot.Output);
        }
        finally
        {
            version.Return(slot);
        }
        var took = Stopwatch.GetElapsedTime(started);
        if (version.RowsStandAlone)
            together = (int)Math.Clamp(rows.Count * GoodMilliseconds / Math.Max(took.TotalMilliseconds, 0.01), 1, Math.Min(MostRows, together * 2));
        if (version.InFlight > 1)
            await Task.Delay(took, ct);
        return answers ?? throw new RunException(RunFault.Failed, "The model does not answer each row with finite numbers, so there is nothing to take apart.");
    }
}
