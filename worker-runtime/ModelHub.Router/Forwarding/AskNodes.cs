using System.Runtime.CompilerServices;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>
/// Asks one node of a variant, and another when that is safe: nobody listened, which costs no work and may happen a few times,
/// or, once, the connection broke, the node was not ready or its answer was no answer. Blames whom it must.
/// </summary>
internal sealed partial class AskNodes(ILogger<AskNodes> log)
{
    private const int MostNodes = 4;

    /// <summary>The last node asked is in <see cref="Exchange.Target"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptEnd> RunAsync(Variant variant, Exchange exchange, INodeWire wire)
    {
        var (tried, again, end) = (0UL, false, AttemptEnd.NotConnected);
        for (var n = 0; n < MostNodes; n++)
        {
            var index = PickNode.Next(variant.Targets, tried);
            if (index < 0)
                break;
            tried |= 1UL << index;
            var target = variant.Targets[index];
            exchange.Target = target;
            target.Enter();
            try
            {
                end = await wire.SendAsync(target, exchange);
            }
            finally
            {
                target.Leave();
            }
            Judge(target, end, exchange);
            if (end is AttemptEnd.Answered or AttemptEnd.TimedOut or AttemptEnd.TooLarge or AttemptEnd.Abandoned || exchange.Flowed)
                break;
            if (end != AttemptEnd.NotConnected && again)
                break;
            again |= end != AttemptEnd.NotConnected;
        }
        return end;
    }

    private void Judge(Target target, AttemptEnd end, Exchange exchange)
    {
        // It takes longer than a request and may be refused while the node answers all of those.
        if (exchange.Verb == Verb.Explain)
            return;
        var now = Environment.TickCount64;
        switch (end)
        {
            case AttemptEnd.Answered when exchange.Head.Status >= 500:
                Blame(target, target.Health, Fault.Fails, now);
                break;
            case AttemptEnd.Answered:
                target.Health.Good();
                target.Node.Health.Good();
                break;
            case AttemptEnd.NotConnected or AttemptEnd.Broken when !exchange.Flowed:
                Blame(target, target.Node.Health, Fault.Unreachable, now);
                break;
            case AttemptEnd.Malformed:
                Blame(target, target.Node.Health, Fault.Lies, now);
                break;
            case AttemptEnd.TimedOut:
                Blame(target, target.Health, Fault.TimesOut, now);
                break;
        }
    }

    private void Blame(Target target, Health health, Fault fault, long now)
    {
        if (health.Bad(fault, now))
            PassedOver(target.Node.Address, target.Meter.Version, fault);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Passed over: node {Address}, version {Version}: {Fault}")]
    private partial void PassedOver(string address, Guid version, Fault fault);
}
