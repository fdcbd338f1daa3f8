using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>A way to ask one node. What it answered is left in the exchange, its status at least.</summary>
internal interface INodeWire
{
    ValueTask<AttemptEnd> SendAsync(Target target, Exchange exchange);
}
