namespace ModelHub.Router.Mirroring;

/// <summary>
/// Opens after five failures in a row and lets nothing through for 1 s, then one try; each try that fails doubles the pause,
/// up to 30 s. Time is <see cref="Environment.TickCount64"/>.
/// </summary>
internal sealed class Breaker
{
    public const int FailuresInRow = 5;
    private const long FirstPause = 1_000;
    private const long LongestPause = 30_000;
    private readonly Lock gate = new();
    private int failures;
    private long pause = FirstPause;
    private long openUntil;

    public bool IsOpen
    {
        get
        {
            lock (gate)
                return failures >= FailuresInRow;
        }
    }

    public bool Lets(long now)
    {
        lock (gate)
        {
            if (failures < FailuresInRow)
                return true;
            if (now < openUntil)
                return false;
            // The one try: the next must wait for its end, or as long again.
            openUntil = now + pause;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (gate)
            (failures, pause) = (0, FirstPause);
    }

    public void Failed(long now)
    {
        lock (gate)
        {
            if (++failures < FailuresInRow)
                return;
            if (failures > FailuresInRow)
                pause = Math.Min(pause * 2, LongestPause);
            openUntil = now + pause;
        }
    }
}
