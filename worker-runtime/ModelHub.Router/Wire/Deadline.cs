namespace ModelHub.Router.Wire;

/// <summary>Moments on the clock of <see cref="Environment.TickCount64"/>, milliseconds.</summary>
internal readonly record struct Deadline(long At)
{
    public static Deadline In(TimeSpan time) => new(Environment.TickCount64 + (long)time.TotalMilliseconds);

    public bool IsOver => Environment.TickCount64 >= At;
}
