namespace ModelHub.Node.Control;

/// <summary>Processors this process keeps busy, averaged over about ten seconds so that one second does not decide anything.</summary>
internal sealed class CpuMeter(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private long lastAt = time.GetTimestamp();
    private TimeSpan lastUsed = Environment.CpuUsage.TotalTime;
    private double? average;

    /// <summary>Called by one thread, about once a second. Null at first.</summary>
    public double? Read()
    {
        var (now, used) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var passed = time.GetElapsedTime(lastAt, now);
        if (passed < TimeSpan.FromMilliseconds(100))
            return average;
        var busy = (used - lastUsed) / passed;
        // The weight of what was before fades with the time that passed: e^(-1/10) for one second of ten.
        var kept = Math.Exp(-passed / Memory);
        average = average is { } before ? before * kept + busy * (1 - kept) : busy;
        (lastAt, lastUsed) = (now, used);
        return average;
    }
}
