using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text;
using System.Threading.Channels;
using ModelHub.GraphQL;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Subscriptions;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class SubscriptionTests : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly Feed feed = new();

    public SubscriptionTests()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(feed);
        collection.AddAuthorizationCore(o => o.AddPolicy("listening", p => p.RequireAssertion(_ => feed.Open)));
        collection.AddGraphQL().AddType(typeof(Query)).AddType(typeof(News));
        services = collection.BuildServiceProvider();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task A_topic_is_named_by_its_arguments_and_reaches_only_who_listens_to_it()
    {
        await using var seven = Listen("subscription { news(id: 7) { text id } }");
        await using var eight = Listen("subscription { news(id: 8) { text id } }");
        var first = seven.MoveNextAsync();
        var other = eight.MoveNextAsync();

        await Send("news_7", "for seven");
        await Send("news_8", "for eight");

        Assert.True(await first);
        Assert.True(await other);
        Assert.Equal("""{"data":{"news":{"text":"for seven","id":7}}}""", Text(seven.Current));
        Assert.Equal("""{"data":{"news":{"text":"for eight","id":8}}}""", Text(eight.Current));
    }

    [Fact]
    public async Task A_subscriber_that_falls_behind_is_ended_with_an_error()
    {
        await using var news = Listen("subscription { news(id: 1) { text } }");
        var first = news.MoveNextAsync();

        for (var i = 0; i < 1000; i++)
            await Send("news_1", $"item {i}");

        Assert.True(await first);
        var last = news.Current;
        while (await news.MoveNextAsync())
            last = news.Current;
        Assert.Equal("SUBSCRIBER_TOO_SLOW", last.Failure!.Code);
    }

    [Fact]
    public async Task Policies_are_judged_again_for_every_event()
    {
        await using var fed = Listen("subscription { fed }");
        var first = fed.MoveNextAsync();
        feed.Events.Writer.TryWrite(1);
        Assert.True(await first);
        Assert.Equal("""{"data":{"fed":1}}""", Text(fed.Current));

        feed.Open = false;
        feed.Events.Writer.TryWrite(2);

        Assert.True(await fed.MoveNextAsync());
        Assert.Contains("AUTH_NOT", Text(fed.Current), StringComparison.Ordinal);
        Assert.DoesNotContain("2", Text(fed.Current).Split("locations")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_breaks_ends_the_subscription_without_its_secrets()
    {
        await using var fed = Listen("subscription { fed }");
        var first = fed.MoveNextAsync();

        feed.Events.Writer.Complete(new InvalidOperationException("secret"));

        Assert.True(await first);
        Assert.Equal("INTERNAL_ERROR", fed.Current.Failure!.Code);
        Assert.False(await fed.MoveNextAsync());
    }

    [Fact]
    public async Task Who_stops_reading_gives_the_events_up()
    {
        var fed = Listen("subscription { fed }");
        var first = fed.MoveNextAsync();
        feed.Events.Writer.TryWrite(1);
        Assert.True(await first);
        Assert.Equal(1, feed.Readers);

        await fed.DisposeAsync();

        Assert.Equal(0, feed.Readers);
    }

    private IAsyncEnumerator<SubscriptionAnswer> Listen(string query)
    {
        var engine = services.GetRequiredService<GraphQLEngine>();
        var user = new ClaimsPrincipal(new ClaimsIdentity("test"));
        var (operation, _) = engine.Prepare(new GraphQLRequest(query), user, _ => true);
        return new Subscription(engine, operation!, new RunContext(services, user, null)).RunAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    private ValueTask Send(string topic, string text) =>
        services.GetRequiredService<ITopicEventSender>().SendAsync(topic, new Item(text), TestContext.Current.CancellationToken);

    private static string Text(SubscriptionAnswer answer) => Encoding.UTF8.GetString(answer.Written!.Written.Span);

    internal sealed record Item(string Text);

    internal sealed record Told(string Text, int Id);

    internal sealed class Feed
    {
        public Channel<int> Events { get; } = Channel.CreateUnbounded<int>();

        public bool Open { get; set; } = true;

        public int Readers { get; private set; }

        public async IAsyncEnumerable<int> Read([EnumeratorCancellation] CancellationToken ct)
        {
            Readers++;
            try
            {
                await foreach (var item in Events.Reader.ReadAllAsync(ct))
                    yield return item;
            }
            finally
            {
                Readers--;
            }
        }
    }

    [QueryType]
    internal static class Query
    {
        public static int GetZero() => 0;
    }

    [SubscriptionType]
    internal static class News
    {
        [Subscribe]
        [Topic("news_{id}")]
        [GraphQLName("news")]
        public static Told OnNews(int id, [EventMessage] Item item) => new(item.Text, id);

        [Subscribe(With = nameof(Follow))]
        [Authorize("listening")]
        public static int Fed([EventMessage] int number) => number;

        public static IAsyncEnumerable<int> Follow(Feed feed, CancellationToken ct) => feed.Read(ct);
    }
}
