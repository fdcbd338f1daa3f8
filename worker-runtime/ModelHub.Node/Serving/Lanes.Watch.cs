using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>The watch over what takes too long: nobody waits past the deadline, and a thread that does not come back is given up.</summary>
internal sealed partial class Lanes
{
    // Past its limit, a run gets this long to notice.
    private const long Grace = 1_000;
    private int hanging;

    /// <summary>Runs that did not end at their limit and are still on.</summary>
    public int Hanging => Volatile.Read(ref hanging);

    /// <summary>Every lane hangs: nothing more will come of this version.</summary>
    public bool IsHung => Hanging >= lanes;

    /// <summary>Raised once or more when every lane hangs.</summary>
    public event Action? Hung;

    /// <summary>Ends the waiting whose time is up and gives up lanes whose run is past its limit.</summary>
    /// <returns>whether there is anything to watch</returns>
    public bool Look(long now)
    {
        bool watch;
        lock (gate)
        {
            foreach (var waiting in line)
                if (now > waiting.Deadline)
                    waiting.Fail(NoTurn(waiting.Limit));
            for (var i = busy.Count - 1; i >= 0; i--)
                if (IsStuck(busy[i], now))
                    Abandon(i);
            if (IsHung)
                foreach (var waiting in line)
                    waiting.Fail(Hangs());
            if (line.Count > 0 && busy.Count == 0 && !IsHung)
                Open();
            watch = busy.Count > 0 || (line.Count > 0 && !IsHung);
        }
        if (IsHung)
            Hung?.Invoke();
        return watch;
    }

    /// <summary>Tells those whose own time is over, and whether the lane's run is past its limit too.</summary>
    private static bool IsStuck(Lane lane, long now)
    {
        foreach (var member in lane.Members)
            if (now > member.Deadline + Grace)
                member.Fail(NoAnswer(member.Limit));
        // Read once, and nothing is added to it: the run may end this moment, and then there is no deadline any more.
        return now - Grace > lane.Deadline;
    }

    private void Abandon(int index)
    {
        var lane = busy[index];
        foreach (var member in lane.Members)
            member.Fail(NoAnswer(member.Limit));
        lane.IsAbandoned = true;
        busy.RemoveAt(index);
        hanging++;
    }

    private static RunException Hangs() => new(RunFault.Unavailable, "Runs of this version hang.");
}
