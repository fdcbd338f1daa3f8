using System.Text.Json.Nodes;

namespace ModelHub.Cli.Demo;

/// <summary>What became of the requests sent in one stretch of time.</summary>
internal sealed class TrafficWindow
{
    private readonly Lock gate = new();
    private readonly List<double> milliseconds = [];
    private long sent;
    private long failed;
    private long compared;
    private string firstFault = "";

    public long Failures
    {
        get
        {
            lock (gate)
                return failed;
        }
    }

    public long Compared
    {
        get
        {
            lock (gate)
                return compared;
        }
    }

    /// <summary>Why the first of the failed requests failed.</summary>
    public string FirstFault
    {
        get
        {
            lock (gate)
                return firstFault;
        }
    }

    public bool IsSettled
    {
        get
        {
            lock (gate)
                return sent == milliseconds.Count + failed;
        }
    }

    public void Sent()
    {
        lock (gate)
            sent++;
    }

    /// <param name="took">From when it was due to the last byte.</param>
    /// <param name="right">Whether the answer is the trainer's; null when there was nothing to compare with.</param>
    /// <param name="difference">What differs, if it does.</param>
    public void Answered(TimeSpan took, bool? right, string difference)
    {
        lock (gate)
        {
            compared += right is null ? 0 : 1;
            if (right == false)
                Fail(difference);
            else
                milliseconds.Add(took.TotalMilliseconds);
        }
    }

    public void Failed(string why)
    {
        lock (gate)
            Fail(why);
    }

    public void AddTo(JsonObject figures)
    {
        lock (gate)
        {
            figures["sent"] = sent;
            figures["failed"] = failed;
            figures["compared"] = compared;
            figures["p50Ms"] = Percentiles.Of(milliseconds, 0.50);
            figures["p99Ms"] = Percentiles.Of(milliseconds, 0.99);
        }
    }

    private void Fail(string why)
    {
        failed++;
        if (firstFault.Length == 0)
            firstFault = why;
    }
}

/// <summary>The window that is open now.</summary>
internal sealed class TrafficCounts
{
    private TrafficWindow current = new();

    public TrafficWindow Open()
    {
        var fresh = new TrafficWindow();
        Volatile.Write(ref current, fresh);
        return fresh;
    }

    public TrafficWindow Sent()
    {
        var window = Volatile.Read(ref current);
        window.Sent();
        return window;
    }
}
