using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

/// <summary>An operation is over when every value is in its place, not when the last resolver has returned.</summary>
public sealed class SettlingTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Graph graph = Graph.Of([typeof(Query), typeof(LeafFields)], more: builder => builder.Services.AddSingleton<Unpacking>());

    [Fact]
    public async Task A_list_that_is_still_unpacked_on_another_thread_is_waited_for()
    {
        var answer = await graph.Run("{ unpacked { number } meanwhile }");

        Assert.Equal("""{"unpacked":[{"number":1},{"number":2}],"meanwhile":true}""", answer.Data().GetRawText());
    }

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    internal sealed class Unpacking
    {
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The engine's own thread gets here and goes on while the list is still being read.</summary>
        public bool HasBegun() => begun.Task.Wait(Patience);

        public IEnumerable<Leaf> Leaves()
        {
            begun.TrySetResult();
            // Long enough for the engine to look around and find no resolver running.
            Thread.Sleep(100);
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
