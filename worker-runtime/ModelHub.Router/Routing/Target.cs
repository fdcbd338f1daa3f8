using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;

namespace ModelHub.Router.Routing;

/// <summary>A node in its part for one variant: what is counted is counted here, and blame for a version's answers stays here.</summary>
internal sealed class Target(NodeLink node, ModelPaths paths, Meter meter)
{
    public NodeLink Node => node;

    public ModelPaths Paths => paths;

    public Meter Meter => meter;

    public Health Health { get; } = new();

    public bool IsOut => Health.IsOut || node.Health.IsOut;

    public void Enter()
    {
        node.Enter();
        meter.Enter();
    }

    public void Leave()
    {
        node.Leave();
        meter.Leave();
    }
}
