using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

/// <summary>An operation is over when every value is in its place, not when the last resolver has returned.</summary>
public sealed class SettlingTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Unpacking unpacking = new();
    private readonly Graph graph;

    public SettlingTests() => graph = Graph.Of([typeof(Query), typeof(LeafFields)], more: builder => builder.Services.AddSingleton(unpacking));

    [Fact]
    public async Task A_list_that_is_still_unpacked_on_another_thread_is_waited_for()
    {
        var answer = await graph.Run("{ unpacked { number } meanwhile }");
        unpacking.Answered();

        Assert.Equal("""{"unpacked":[{"number":1},{"number":2}],"meanwhile":true}""", answer.Data().GetRawText());
    }

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    internal sealed class Unpacking
    {
        // An engine that waits for the list does not answer before it; one that does not has long done so by then.
        private static readonly TimeSpan Chance = TimeSpan.FromMilliseconds(100);
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The engine's own thread gets here and goes on while the list is still being read.</summary>
        public bool HasBegun() => begun.Task.Wait(Patience);

        public void Answered() => answered.TrySetResult();

        public IEnumerable<Leaf> Leaves()
        {
            begun.TrySetResult();
            answered.Task.Wait(Chance);
            yield return new Leaf(1);
            yield return new Leaf(2);
        }
    }

    internal sealed record Leaf(int Key);

    [ObjectType<Leaf>(Only = [])]
    internal static class LeafFields
    {
        public static async Task<int> GetNumberAsync([Parent] Leaf leaf)
        {
            await Task.Yield();
            return leaf.Key;
        }
    }

    [QueryType]
    internal static class Query
    {
        public static async Task<IEnumerable<Leaf>> GetUnpackedAsync(Unpacking unpacking)
        {
            await Task.Yield();
            return unpacking.Leaves();
        }

        public static Task<bool> GetMeanwhileAsync(Unpacking unpacking) => Task.FromResult(unpacking.HasBegun());
    }
}
