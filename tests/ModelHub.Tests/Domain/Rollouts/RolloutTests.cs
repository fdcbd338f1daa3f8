using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class RolloutTests
{
    private static readonly VersionId V1 = VersionId.New(Now), V2 = VersionId.New(Now);
    private static readonly NodeId N1 = NodeId.New(Now), N2 = NodeId.New(Now), N3 = NodeId.New(Now);

    [Fact]
    public void A_steady_endpoint_is_left_alone()
    {
        var changes = Next([Live(V1)], [On(N1, V1), On(N2, V1)], [Up(N1), Up(N2), Up(N3)]);

        Assert.True(changes.None);
    }

    [Fact]
    public void A_draining_node_is_emptied_only_after_its_replacement_is_ready()
    {
        NodeFacts[] nodes = [Up(N1), Down(N2, NodeState.Draining), Up(N3)];

        var first = Next([Live(V1)], [On(N1, V1), On(N2, V1)], nodes);
        var loading = Next([Live(V1)], [On(N1, V1), On(N2, V1), On(N3, V1, PlacementState.Loading)], nodes);
        var ready = Next([Live(V1)], [On(N1, V1), On(N2, V1), On(N3, V1)], nodes);
        var unrouted = Next([Live(V1)], [On(N1, V1), On(N2, V1) with { Retired = 7 }, On(N3, V1)], nodes, obeyed: 7);

        Assert.Equal([(V1, N3)], first.Want);
        Assert.Empty(first.Retire);
        Assert.True(loading.None);
        Assert.Equal([(V1, N2)], ready.Retire);
        Assert.Empty(ready.LetGo);
        Assert.Equal([(V1, N2)], unrouted.LetGo);
    }

    [Fact]
    public void A_version_that_does_not_load_on_one_node_goes_to_another_when_there_is_one()
    {
        PlacementFacts[] placements = [On(N1, V1), On(N2, V1, PlacementState.Failed)];

        var elsewhere = Next([Live(V1)], placements, [Up(N1), Up(N2), Up(N3)]);
        var nowhere = Next([Live(V1)], placements, [Up(N1), Up(N2)]);
        var moved = Next([Live(V1)], [.. placements, On(N3, V1)], [Up(N1), Up(N2), Up(N3)]);

        Assert.Equal([(V1, N3)], elsewhere.Want);
        Assert.True(nowhere.None);
        Assert.Equal([(V1, N2)], moved.Retire);
    }

    [Fact]
    public void What_a_router_may_still_send_to_is_not_unloaded()
    {
        var changes = Next([], [On(N1, V1) with { Retired = 7 }], [Up(N1)], obeyed: 6);

        Assert.Empty(changes.LetGo);
    }

    [Fact]
    public void The_last_copy_stays_when_no_other_node_has_room()
    {
        var changes = Next([Live(V1)], [On(N1, V1)], [Down(N1, NodeState.Draining)]);

        Assert.True(changes.None);
    }

    [Fact]
    public void A_predecessor_stays_warm_for_its_time_and_then_goes()
    {
        PlacementFacts[] placements = [On(N1, V1), On(N1, V2)];
        WantedVersion[] wanted = [Live(V2, replicas: 1), Live(V1) with { KeepWarmUntil = Now.AddMinutes(1) }];

        var during = Rollout.Next(new RolloutFacts(wanted, placements, [Up(N1)], 0), Now);
        var after = Rollout.Next(new RolloutFacts(wanted, placements, [Up(N1)], 0), Now.AddMinutes(1));

        Assert.True(during.None);
        Assert.Equal([(V1, N1)], after.Retire);
    }

    [Fact]
    public void A_retired_version_that_is_wanted_again_is_taken_back()
    {
        var changes = Next([Live(V1, replicas: 1)], [On(N1, V1) with { Retired = 3 }], [Up(N1)], obeyed: 9);

        Assert.Equal([(V1, N1)], changes.Want);
        Assert.Empty(changes.LetGo);
    }

    [Fact]
    public void What_was_let_go_is_not_taken_for_ready_when_it_is_wanted_again()
    {
        var placement = Placement.Want(EndpointId.New(Now), V1, N1, Now);
        placement.Observe(PlacementState.Ready, null, 1, 1, Now);
        placement.Retire(7, Now);
        placement.WantAgain(Now);
        var taken = placement.State;

        placement.LetGo(Now);
        placement.WantAgain(Now);

        Assert.Equal((PlacementState.Ready, PlacementState.Pending), (taken, placement.State));
    }

    /// <summary>Random clusters, walked until nothing changes: live versions end on living nodes, and at no step does a routed copy go while it is the last ready one.</summary>
    [Fact]
    public void Any_cluster_settles_without_ever_losing_the_last_ready_copy()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Down(NodeId.New(Now), (NodeState)random.Next(3))).ToList();
            var placements = nodes.Where(_ => random.Next(2) == 0).Select(n => On(n.Id, V1)).ToList();
            var replicas = random.Next(1, 4);

            for (var step = 0; ; step++)
            {
                Assert.True(step < 20, $"seed {seed} does not settle");
                var changes = Rollout.Next(new RolloutFacts([Live(V1, replicas)], placements, nodes, step), Now);
                if (changes.None)
                    break;
                var serving = Serving(placements, nodes);
                placements = Apply(placements, changes, routes: step);
                Assert.True(serving == 0 || Serving(placements, nodes) > 0, $"seed {seed} lost its last copy");
            }

            var alive = nodes.Count(n => n.State == NodeState.Ready);
            var held = placements.Count(p => p.Wanted && p.Retired is null && nodes.Single(n => n.Id == p.Node).State == NodeState.Ready);
            Assert.True(alive == 0 || held == Math.Min(replicas, alive), $"seed {seed}: {held} of {replicas} on {alive}");
        }
    }

    private static int Serving(List<PlacementFacts> placements, List<NodeFacts> nodes) =>
        placements.Count(p => p is { Wanted: true, Retired: null, State: PlacementState.Ready } && nodes.Single(n => n.Id == p.Node).State != NodeState.Lost);

    /// <summary>What is wanted is loaded at once; every router obeys at once.</summary>
    private static List<PlacementFacts> Apply(List<PlacementFacts> placements, PlacementChanges changes, long routes)
    {
        var kept = placements.Where(p => !changes.LetGo.Contains((p.Version, p.Node)) && !changes.Want.Contains((p.Version, p.Node)));
        var next = kept.Select(p => changes.Retire.Contains((p.Version, p.Node)) ? p with { Retired = routes } : p);
        return [.. next, .. changes.Want.Select(w => On(w.Node, w.Version))];
    }

    private static PlacementChanges Next(WantedVersion[] wanted, PlacementFacts[] placements, NodeFacts[] nodes, long obeyed = 0) =>
        Rollout.Next(new RolloutFacts(wanted, placements, nodes, obeyed), Now);

    private static WantedVersion Live(VersionId version, int replicas = 2) => new(version, replicas, 100);

    private static PlacementFacts On(NodeId node, VersionId version, PlacementState state = PlacementState.Ready) => new(node, version, true, state);

    private static NodeFacts Up(NodeId id) => new(id, NodeState.Ready, 1_000, 0);

    private static NodeFacts Down(NodeId id, NodeState state) => new(id, state, 1_000, 0);
}
