using ModelHub.GraphQL;
using Xunit;

namespace ModelHub.Tests.GraphQL;

/// <summary>When loaders are dispatched: once for all who wait, together, and never so that somebody waits for ever.</summary>
public sealed class DispatchTests : IAsyncDisposable
{
    private readonly Meeting meeting = new();
    private readonly Graph graph;

    public DispatchTests() => graph = Graph.Of([typeof(Query)], more: b => b.Services.AddSingleton(meeting));

    public ValueTask DisposeAsync() => graph.DisposeAsync();

    [Fact]
    public async Task Pending_loaders_are_dispatched_together_not_one_after_the_other()
    {
        var answer = await graph.Run("{ left(key: 1) right(key: 1) }");

        Assert.Equal("""{"left":"met","right":"met"}""", answer.Data().GetRawText());
    }

    [Fact]
    public async Task All_who_wait_for_a_loader_share_its_batch_also_after_another_one()
    {
        var answer = await graph.Run("{ a: chained(key: 1) b: chained(key: 2) c: chained(key: 3) d: second(key: 4) }");

        Assert.Equal("""{"a":"11","b":"12","c":"13","d":"4"}""", answer.Data().GetRawText());
        Assert.Equal(["first 1,2,3", "second 11,12,13", "second 4"], meeting.Batches.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_is_loaded_once_in_a_request()
    {
        await graph.Run("{ a: second(key: 7) b: second(key: 7) c: second(key: 8) }");

        Assert.Equal(["second 7,8"], meeting.Batches);
    }

    internal sealed class Meeting
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
        private readonly TaskCompletionSource left = new();
        private readonly TaskCompletionSource right = new();
        private readonly Lock gate = new();
        private readonly List<string> batches = [];

        public IReadOnlyList<string> Batches
        {
            get
            {
                lock (gate)
                    return [.. batches];
            }
        }

        public void Note(string loader, IEnumerable<int> keys)
        {
            lock (gate)
                batches.Add($"{loader} {string.Join(',', keys.Order())}");
        }

        /// <summary>Each side goes on only when the other has come, too.</summary>
        public Task MeetAsync(bool fromLeft)
        {
            (fromLeft ? left : right).TrySetResult();
            return (fromLeft ? right : left).Task.WaitAsync(Patience);
        }
    }

    internal sealed class Left(Meeting meeting) : BatchDataLoader<int, string>
    {
        protected override async Task<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken ct)
        {
            await meeting.MeetAsync(fromLeft: true);
            return keys.ToDictionary(k => k, _ => "met");
        }
    }

    internal sealed class Right(Meeting meeting) : BatchDataLoader<int, string>
    {
        protected override async Task<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken ct)
        {
            await meeting.MeetAsync(fromLeft: false);
            return keys.ToDictionary(k => k, _ => "met");
        }
    }

    internal sealed class First(Meeting meeting) : BatchDataLoader<int, int>
    {
        protected override async Task<IReadOnlyDictionary<int, int>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken ct)
        {
            await Task.Yield();
            meeting.Note("first", keys);
            return keys.ToDictionary(k => k, k => k + 10);
        }
    }

    internal sealed class Second(Meeting meeting) : BatchDataLoader<int, string>
    {
        protected override async Task<IReadOnlyDictionary<int, string>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken ct)
        {
            await Task.Yield();
            meeting.Note("second", keys);
            return keys.ToDictionary(k => k, k => $"{k}");
        }
    }

    [QueryType]
    internal static class Query
    {
        public static Task<string?> GetLeftAsync(int key, Left loader, CancellationToken ct) => loader.LoadAsync(key, ct);

        public static Task<string?> GetRightAsync(int key, Right loader, CancellationToken ct) => loader.LoadAsync(key, ct);

        public static Task<string?> GetSecondAsync(int key, Second loader, CancellationToken ct) => loader.LoadAsync(key, ct);

        public static async Task<string?> GetChainedAsync(int key, First first, Second second, CancellationToken ct) =>
            await second.LoadAsync(await first.LoadAsync(key, ct), ct);
    }
}
