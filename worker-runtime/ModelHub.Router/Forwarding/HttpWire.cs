using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>By our own connections where that is possible, else through the framework.</summary>
internal sealed class HttpWire(PlainWire plain, HandlerWire handler) : INodeWire
{
    public ValueTask<AttemptEnd> SendAsync(Target target, Exchange exchange) =>
        target.Node.IsPlain && exchange.Flow is null ? plain.SendAsync(target, target.Node.Connections, exchange) : handler.SendAsync(target, exchange);
}

/// <summary>The same for copies, over connections of their own.</summary>
internal sealed class MirrorWire(PlainWire plain, HandlerWire handler) : INodeWire
{
    public ValueTask<AttemptEnd> SendAsync(Target target, Exchange exchange) =>
        target.Node.IsPlain ? plain.SendAsync(target, target.Node.MirrorConnections, exchange) : handler.SendAsync(target, exchange);
}
