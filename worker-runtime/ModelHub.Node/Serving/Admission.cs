using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>Lets a request in to a version: within the bound of its queue, and awake.</summary>
internal sealed class Admission(Holdings holdings, NodeOptions options)
{
    /// <returns>the version to use and to <see cref="LoadedVersion.Leave"/>: another than asked for when that was asleep</returns>
    /// <exception cref="RunException">as many are in work or waiting as allowed, or it cannot be woken in time</exception>
    public ValueTask<LoadedVersion> EnterAsync(LoadedVersion version, HttpContext context)
    {
        Enter(version);
        return version.IsAsleep ? WokenAsync(version, context) : ValueTask.FromResult(version);
    }

    private async ValueTask<LoadedVersion> WokenAsync(LoadedVersion version, HttpContext context)
    {
        while (version.IsAsleep)
        {
            version.Leave();
            version = await holdings.WakeAsync(version, options.RunTime, context.RequestAborted);
            Enter(version);
        }
        return version;
    }

    private void Enter(LoadedVersion version)
    {
        if (!version.TryEnter(options.Queue))
            throw new RunException(RunFault.Overloaded, $"More than {options.Queue} requests are waiting for this version.");
    }
}
