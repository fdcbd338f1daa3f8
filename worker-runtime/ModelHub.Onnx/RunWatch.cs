namespace ModelHub.Onnx;

/// <summary>Looks at the limits of all runs every 20 ms while anything runs.</summary>
internal static class RunWatch
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<RunLimit> Limits = [];
    private static readonly RestingClock Clock = new(TimeSpan.FromMilliseconds(20), Look);

    public static void Add(RunLimit limit)
    {
        lock (Gate)
            Limits.Add(limit);
    }

    public static void Remove(RunLimit limit)
    {
        lock (Gate)
            Limits.Remove(limit);
    }

    public static void Wake() => Clock.Wake();

    private static bool Look()
    {
        lock (Gate)
        {
            var now = Environment.TickCount64;
            var running = false;
            foreach (var limit in Limits)
            {
                limit.Look(now);
                running |= limit.Running;
            }
            return running;
        }
    }
}
