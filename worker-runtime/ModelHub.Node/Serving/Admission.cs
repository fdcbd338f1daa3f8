using System.Diagnostics;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>Lets a request in to a version: within the bound of its queue, and awake.</summary>
internal sealed class Admission(Holdings holdings, NodeOptions options)
{
    /// <summary>The caller leaves it again.</summary>
    /// <exception cref="RunException">as many are in work or waiting as allowed</exception>
    public void Enter(LoadedVersion version)
    {
        if (!version.TryEnter(options.Queue))
            throw new RunException(RunFault.Overloaded, $"More than {options.Queue} requests are waiting for this version.");
    }

    /// <param name="patience">how long the caller waits in all; null: as long as a run may take</param>
    /// <param name="came">when it came, as <see cref="Stopwatch.GetTimestamp"/> tells it</param>
    /// <returns>the version that was loaded, entered</returns>
    /// <exception cref="RunException">too many are held, the deadline came first, or it cannot be loaded now</exception>
    public async ValueTask<Woken> WakeAsync(LoadedVersion asleep, TimeSpan? patience, long came, CancellationToken ct)
    {
        var limit = patience < options.RunTime ? patience.Value : options.RunTime;
        for (var version = asleep; ;)
        {
            var left = limit - Stopwatch.GetElapsedTime(came);
            if (left <= TimeSpan.Zero)
                throw Holdings.NotLoaded(limit);
            version = await holdings.WakeAsync(version, limit, left, ct);
            Enter(version);
            if (!version.IsAsleep)
                return new Woken(version, Stopwatch.GetElapsedTime(came));
            version.Leave();
        }
    }
}
