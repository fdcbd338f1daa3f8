namespace ModelHub.Router.Forwarding;

internal enum Fault
{
    /// <summary>Nobody listens, or the connection breaks.</summary>
    Unreachable,

    /// <summary>Time-outs in a row.</summary>
    TimesOut,

    /// <summary>5xx in a row.</summary>
    Fails,

    /// <summary>What it answers is no HTTP.</summary>
    Lies,

    /// <summary>Much slower than the others that serve the same.</summary>
    Slow,
}

/// <summary>
/// Judges by outcomes. Who is out comes back after a pause that doubles each time, 1 s to 1 min, and is then on trial: one more
/// fault puts it out again, a row of good answers clears it. Who is unreachable comes back when a probe reaches it.
/// Time is <see cref="Environment.TickCount64"/>.
/// </summary>
internal sealed class Health
{
    public const int TimeOutsInRow = 3;
    public const int FailuresInRow = 5;
    public const int GoodInRow = 20;
    private const long FirstPause = 1_000;
    private const long LongestPause = 60_000;

    private readonly Lock gate = new();
    private long outUntil;
    private long pause = FirstPause;
    private int timeOuts;
    private int failures;
    private int good;
    private volatile bool isOut;
    private volatile bool wasOut;
    private bool awaitsProbe;

    /// <summary>Passed over as long as others are there.</summary>
    public bool IsOut => isOut;

    /// <summary>A good answer. Costs a read when nothing was wrong.</summary>
    public void Good()
    {
        if (!wasOut && Volatile.Read(ref timeOuts) == 0 && Volatile.Read(ref failures) == 0)
            return;
        lock (gate)
        {
            (timeOuts, failures) = (0, 0);
            if (!wasOut || isOut || ++good < GoodInRow)
                return;
            (wasOut, pause) = (false, FirstPause);
        }
    }

    /// <returns>whether this put it out</returns>
    public bool Bad(Fault fault, long now)
    {
        lock (gate)
        {
            good = 0;
            var enough = wasOut || fault switch
            {
                Fault.TimesOut => ++timeOuts >= TimeOutsInRow,
                Fault.Fails => ++failures >= FailuresInRow,
                _ => true,
            };
            if (!enough || isOut)
                return false;
            awaitsProbe = fault == Fault.Unreachable;
            outUntil = awaitsProbe ? now : now + pause;
            if (!awaitsProbe)
                pause = Math.Min(pause * 2, LongestPause);
            (timeOuts, failures) = (0, 0);
            isOut = wasOut = true;
            return true;
        }
    }

    /// <summary>Whether a probe shall be sent.</summary>
    public bool WantsProbe(long now) => isOut && Volatile.Read(ref outUntil) <= now;

    /// <summary>Lets back in, on trial, who only had to wait.</summary>
    /// <returns>whether it came back</returns>
    public bool Return(long now, bool probed)
    {
        lock (gate)
        {
            if (!isOut || outUntil > now || (awaitsProbe && !probed))
                return false;
            isOut = false;
            // A node that was away and is back has done nothing wrong.
            wasOut = !awaitsProbe;
            return true;
        }
    }
}
