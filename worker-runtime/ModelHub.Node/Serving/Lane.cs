using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>One thread's turn at the runs of a version: takes what waits, runs it joined or alone, again and again.</summary>
internal sealed class Lane(Lanes lanes, RuntimeInstance instance, RunTimes times)
{
    private readonly List<Waiting> members = [];
    private readonly List<InferRequest> requests = [];
    private RuntimeRun? joint;
    private long deadline = long.MaxValue;

    /// <summary>Whose runs are on. Their slots are held until <see cref="Lanes.End"/>.</summary>
    public List<Waiting> Members => members;

    /// <summary>When the run on it must be over, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline => Volatile.Read(ref deadline);

    /// <summary>A run did not end at its limit and nobody waits for this thread any more.</summary>
    public bool IsAbandoned { get; set; }

    public void Work()
    {
        while (lanes.Take(this))
        {
            var started = Stopwatch.GetTimestamp();
            if (members.Count == 1 || !Together())
                foreach (var member in members)
                    lanes.End(member, Alone(member));
            if (!lanes.Done(this, Stopwatch.GetElapsedTime(started)))
                break;
        }
        joint?.Dispose();
    }

    // A neighbour's fault or a lie about rows must not fail anybody: what does not work together is run one by one.
    private bool Together()
    {
        requests.Clear();
        foreach (var member in members)
            requests.Add(member.Slot.Request);
        joint ??= instance.NewRun();
        Batching.Join(instance.Spec, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(requests), joint.Request);
        var started = Stopwatch.GetTimestamp();
        try
        {
            // Half of the time that is left, so that the other half is there to run them one by one.
            var left = members.Min(m => m.Deadline) - Environment.TickCount64;
            if (left < 2)
                return false;
            Execute(joint, TimeSpan.FromMilliseconds(left / 2), CancellationToken.None);
            times.Saw(joint.Request.InputBytes, Stopwatch.GetElapsedTime(started));
            return Split();
        }
        catch (RunException)
        {
            return false;
        }
        finally
        {
            joint.Clear();
        }
    }

    private bool Split()
    {
        var rows = members.Sum(m => m.Rows);
        for (var i = 0; i < joint!.Request.Wanted.Length; i++)
            if (joint.Output(i).Shape is not [var first, ..] || first != rows)
            {
                lanes.StopJoining();
                return false;
            }
        var from = 0;
        foreach (var member in members)
        {
            member.Slot.Keep(joint, from, member.Rows);
            from += member.Rows;
            lanes.End(member, null);
        }
        return true;
    }

    /// <returns>why it failed, or null</returns>
    private Exception? Alone(Waiting member)
    {
        if (member.IsOver)
            return null;
        var left = member.Deadline - Environment.TickCount64;
        if (left <= 0)
            return Lanes.NoTurn(member.Limit);
        var started = Stopwatch.GetTimestamp();
        try
        {
            Execute(member.Slot.Run, TimeSpan.FromMilliseconds(left), member.Aborted);
            times.Saw(member.Slot.Request.InputBytes, Stopwatch.GetElapsedTime(started));
            return null;
        }
        catch (RunException e) when (e.Fault == RunFault.TimedOut)
        {
            return Lanes.NoAnswer(member.Limit);
        }
        catch (Exception e)
        {
            // Told to the one who waits for it.
            return e;
        }
    }

    // On a thread that is there for it: the run uses it until it is through.
    private void Execute(RuntimeRun run, TimeSpan limit, CancellationToken ct)
    {
        Volatile.Write(ref deadline, Environment.TickCount64 + (long)limit.TotalMilliseconds);
        try
        {
            run.ExecuteAsync(limit, ct).AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            Volatile.Write(ref deadline, long.MaxValue);
        }
    }
}
