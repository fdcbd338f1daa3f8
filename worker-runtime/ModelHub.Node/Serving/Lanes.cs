using ModelHub.Inference;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>
/// The runs of one version that take long: they wait in line for one of a few threads and are joined with what is
/// already in line, never waiting for more to come. A run that cannot be stopped is left to itself, its callers are
/// told, and its thread is replaced; when as many hang as there are lanes, the version is given up.
/// </summary>
internal sealed partial class Lanes(RuntimeInstance instance, RunTimes times, bool joins, int lanes)
{
    private const int MostRows = 256;
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> line = [];
    private readonly List<Lane> busy = [];
    private readonly HashSet<Slot> held = [];
    private readonly HashSet<Slot> orphans = [];
    private volatile bool joins = joins;
    private double millisecondsEach;

    public static RunException NoTurn(TimeSpan limit) =>
        new(RunFault.TimedOut, $"No turn came within {limit.TotalSeconds:0.###} seconds.");

    public static RunException NoAnswer(TimeSpan limit) =>
        new(RunFault.TimedOut, $"The model did not answer within {limit.TotalSeconds:0.###} seconds.");

    /// <exception cref="RunException">as told by the run; overloaded when its turn would come too late</exception>
    public ValueTask RunAsync(Slot slot, TimeSpan limit, CancellationToken ct)
    {
        var rows = joins ? Batching.Rows(slot.Request) ?? 0 : 0;
        ValueTask done;
        lock (gate)
        {
            if (IsHung)
                throw Hangs();
            var wait = TimeSpan.FromMilliseconds(line.Count * millisecondsEach / lanes);
            if (wait > limit)
                throw new RunException(RunFault.Overloaded, $"{line.Count} requests are waiting; a turn would come in about {wait.TotalSeconds:0.###} seconds.");
            done = slot.Waiting.Start(rows, limit, ct);
            line.AddLast(slot.Waiting);
            if (busy.Count + hanging < lanes)
                Open();
        }
        LaneWatch.Wake(this);
        return done;
    }

    /// <summary>Gives the lane the first in line and all behind it that can run with it; false when nobody waits.</summary>
    public bool Take(Lane lane)
    {
        lock (gate)
        {
            lane.Members.Clear();
            var (rows, bytes) = (0, 0L);
            for (var node = line.First; node is not null;)
            {
                var (at, waiting) = (node, node.Value);
                node = node.Next;
                if (waiting.IsOver)
                    line.Remove(at);
                else if (lane.Members.Count == 0 || Joins(lane.Members[0], waiting, rows, bytes))
                {
                    line.Remove(at);
                    lane.Members.Add(waiting);
                    held.Add(waiting.Slot);
                    rows += waiting.Rows;
                    bytes += waiting.Slot.Request.InputBytes;
                }
                if (lane.Members.Count > 0 && !joins)
                    break;
            }
            if (lane.Members.Count == 0)
                busy.Remove(lane);
            return lane.Members.Count > 0;
        }
    }

    /// <summary>Lets the slot go and tells the one who waits; too late when its deadline or its caller came first.</summary>
    public void End(Waiting member, Exception? fault)
    {
        bool orphan;
        lock (gate)
        {
            held.Remove(member.Slot);
            orphan = orphans.Remove(member.Slot);
        }
        if (orphan)
            member.Slot.Dispose();
        else if (fault is null)
            member.Succeed();
        else
            member.Fail(fault);
    }

    /// <returns>whether the lane goes on; not when it was given up meanwhile</returns>
    public bool Done(Lane lane, TimeSpan took)
    {
        lock (gate)
        {
            millisecondsEach = millisecondsEach * 0.9 + took.TotalMilliseconds / lane.Members.Count * 0.1;
            if (!lane.IsAbandoned)
                return true;
            hanging--;
            return false;
        }
    }

    /// <returns>false when a run still uses the slot: it is disposed after that run, and not used again</returns>
    public bool LetGo(Slot slot)
    {
        // Most runs are short and never come here: no lock for them.
        if (!slot.Waiting.TryForget())
            return true;
        lock (gate)
        {
            // Its caller or its deadline came before its turn: the slot must not be run for the next request's sake.
            line.Remove(slot.Waiting);
            if (!held.Contains(slot))
                return true;
            orphans.Add(slot);
            return false;
        }
    }

    public void StopJoining() => joins = false;

    private void Open()
    {
        var lane = new Lane(this, instance, times);
        busy.Add(lane);
        RunThreads.Start(lane.Work);
    }

    private bool Joins(Waiting first, Waiting next, int rows, long bytes) =>
        first.Rows > 0 && next.Rows > 0 && rows + next.Rows <= MostRows && bytes + next.Slot.Request.InputBytes <= MostBytes
        && Batching.Match(first.Slot.Request, next.Slot.Request);
}
