using ModelHub.Domain.Batches;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Domain.Batches;

public sealed class BatchPlacingTests
{
    private static readonly NodeId[] N = [.. Enumerable.Range(1, 3).Select(i => NodeId.From(new Guid($"00000000-0000-0000-0000-00000000000{i}")))];

    /// <summary>Nodes by their state and free bytes, what is placed where, and what is to be wanted and let go.</summary>
    public static TheoryData<string, bool, string[], string[], string[], string[]> Cases => new()
    {
        { "it begins", true, ["Ready 100", "Ready 100", "Ready 100"], [], ["1", "2"], [] },
        { "it is there", true, ["Ready 100", "Ready 100", "Ready 100"], ["1 Ready", "2 Loading"], [], [] },
        { "one node is lost", true, ["Lost 100", "Ready 100", "Ready 100"], ["1 Ready", "2 Ready"], ["3"], ["1"] },
        { "one node drains and none is left", true, ["Draining 100", "Ready 100"], ["1 Ready", "2 Ready"], [], ["1"] },
        { "one does not load it", true, ["Ready 100", "Ready 100", "Ready 100"], ["1 Failed", "2 Ready"], ["3"], ["1"] },
        { "one does not load it and there is no other", true, ["Ready 100", "Ready 100"], ["1 Failed", "2 Ready"], [], [] },
        { "one has no room", true, ["Ready 100", "Ready 9"], [], ["1"], [] },
        { "a holder needs no further room", true, ["Ready 0", "Ready 100"], ["1 Ready"], ["2"], [] },
        { "all are lost", true, ["Lost 100", "Lost 100"], ["1 Ready", "2 Ready"], [], [] },
        { "it has ended", false, ["Ready 100", "Lost 100"], ["1 Ready", "2 Ready"], [], ["1", "2"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_held_where_there_is_room_as_long_as_it_is_needed(string what, bool wants, string[] nodes, string[] placed, string[] want, string[] letGo)
    {
        var facts = new BatchPlacingFacts(wants, 2, 10, "onnx", [.. placed.Select(Placed)], [.. nodes.Select((n, i) => Node(n, N[i]))]);

        var next = BatchPlacing.Next(facts);

        Assert.True(want.SequenceEqual(next.Want.Select(Name)), $"{what}: wants {string.Join(' ', next.Want.Select(Name))}");
        Assert.True(letGo.SequenceEqual(next.LetGo.Select(Name)), $"{what}: lets go {string.Join(' ', next.LetGo.Select(Name))}");
    }

    [Fact]
    public void A_node_without_the_runtime_is_left_out()
    {
        var facts = new BatchPlacingFacts(true, 2, 10, "python", [], [Node("Ready 100", N[0]) with { Runtimes = ["onnx"] }, Node("Ready 100", N[1]) with { Runtimes = ["python"] }]);

        Assert.Equal([N[1]], BatchPlacing.Next(facts).Want);
    }

    private static NodeFacts Node(string text, NodeId id) => text.Split(' ') is [var state, var free]
        ? new(id, Enum.Parse<NodeState>(state), long.Parse(free, System.Globalization.CultureInfo.InvariantCulture), 0)
        : throw new ArgumentException(text);

    private static (NodeId, PlacementState) Placed(string text) => text.Split(' ') is [var node, var state]
        ? (N[int.Parse(node, System.Globalization.CultureInfo.InvariantCulture) - 1], Enum.Parse<PlacementState>(state))
        : throw new ArgumentException(text);

    private static string Name(NodeId id) => $"{Array.IndexOf(N, id) + 1}";
}
