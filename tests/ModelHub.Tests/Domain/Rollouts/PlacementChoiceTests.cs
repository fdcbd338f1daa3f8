using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class PlacementChoiceTests
{
    [Fact]
    public void Nodes_without_room_are_passed_over_and_none_is_a_refusal()
    {
        NodeFacts[] nodes = [new(NodeId.New(Now), NodeState.Ready, 99, 0)];

        Assert.Equal(new NoCapacity(2, 0), PlacementChoice.Choose(nodes, new HashSet<NodeId>(), 100, 2).Refusal);
    }

    /// <summary>Versions placed one after another, as endpoints are: counted as held, and their room taken, before the next is placed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Versions_spread_evenly_over_nodes_and_never_take_more_than_there_is(int replicas)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(0, random.Next(2, 8)).Select(_ => new NodeFacts(NodeId.New(Now), NodeState.Ready, random.Next(300, 1_000), 0)).ToArray();
            var roomy = true;
            for (var version = 0; version < 40; version++)
            {
                var bytes = random.Next(20, 120);
                var wide = nodes.Count(n => n.FreeBytes >= bytes);
                var result = PlacementChoice.Choose(nodes, new HashSet<NodeId>(), bytes, replicas);
                var chosen = result.Refusal is null ? result.Value.ToHashSet() : [];
                nodes = [.. nodes.Select(n => chosen.Contains(n.Id) ? n with { FreeBytes = n.FreeBytes - bytes, Held = n.Held + 1 } : n)];

                Assert.Equal(Math.Min(replicas, wide), chosen.Count);
                Assert.All(nodes, n => Assert.True(n.FreeBytes >= 0, $"seed {seed}: a node holds more than it has room for"));
                // A node that was too full for one version is behind for good.
                roomy &= wide == nodes.Length;
                if (roomy)
                    Assert.InRange(nodes.Max(n => n.Held) - nodes.Min(n => n.Held), 0, 1);
            }
        }
    }

    [Fact]
    public void Whatever_the_cluster_the_choice_is_distinct_ready_has_room_moves_nothing_and_is_as_wide_as_can_be()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(0, random.Next(0, 8))
                .Select(_ => new NodeFacts(NodeId.New(Now), (NodeState)random.Next(3), random.Next(0, 200), random.Next(0, 5))).ToList();
            var holders = nodes.Where(_ => random.Next(3) == 0).Select(n => n.Id).ToHashSet();
            var replicas = random.Next(1, 5);
            var usable = nodes.Where(n => n.State == NodeState.Ready && (holders.Contains(n.Id) || n.FreeBytes >= 100)).Select(n => n.Id).ToHashSet();

            var result = PlacementChoice.Choose(nodes, holders, 100, replicas);
            IReadOnlyList<NodeId> chosen = result.Refusal is null ? result.Value : [];

            Assert.Equal(Math.Min(replicas, usable.Count), chosen.Distinct().Count());
            Assert.Subset(usable, chosen.ToHashSet());
            Assert.Equal(Math.Min(replicas, usable.Count(holders.Contains)), chosen.Count(holders.Contains));
        }
    }
}
