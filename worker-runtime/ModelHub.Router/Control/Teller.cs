using ModelHub.Protocol;

namespace ModelHub.Router.Control;

/// <summary>Tells what waits while the link is up. Used by one thread at a time.</summary>
/// <param name="mostAhead">other messages must not wait behind more of these</param>
/// <param name="held">writes on a message for how long it waited</param>
internal sealed class Teller<T>(Untold<T> untold, StayLinked link, TimeProvider time, int mostAhead, Func<T, TimeSpan, T>? held = null)
    where T : UpMessage
{
    private int links;
    private long upAt = time.GetTimestamp();

    public void Tell()
    {
        if (!link.IsUp)
            return;
        if (links != link.Links)
        {
            untold.TellAgain(upAt);
            links = link.Links;
        }
        upAt = time.GetTimestamp();
        while (link.Waiting < mostAhead && untold.TryTake(out var next, out var waited))
            link.Send(held is null ? next : held(next, waited));
    }
}
