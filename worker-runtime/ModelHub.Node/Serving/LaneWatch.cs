using ModelHub.Onnx;

namespace ModelHub.Node.Serving;

/// <summary>Looks at all lanes every 20 ms while any is in use.</summary>
internal static class LaneWatch
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<Lanes> Watched = [];
    private static readonly RestingClock Clock = new(TimeSpan.FromMilliseconds(20), Look);

    public static void Wake(Lanes lanes)
    {
        lock (Gate)
            Watched.Add(lanes);
        Clock.Wake();
    }

    private static bool Look()
    {
        lock (Gate)
        {
            var now = Environment.TickCount64;
            Watched.RemoveWhere(lanes => !lanes.Look(now));
            return Watched.Count > 0;
        }
    }
}
