using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ModelHub.GraphQL.Subscriptions;

/// <summary>Topics within the process. A subscriber that falls too far behind is cut off with an error.</summary>
internal sealed class TopicHub : ITopicEventSender, ITopicEventReceiver
{
    private const int Capacity = 256;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Channel<object?>, bool>> topics = new(StringComparer.Ordinal);

    public ValueTask SendAsync<T>(string topic, T message, CancellationToken ct = default)
    {
        foreach (var channel in topics.TryGetValue(topic, out var channels) ? channels.Keys : [])
        {
            if (!channel.Writer.TryWrite(message))
                channel.Writer.TryComplete(new GraphQLException("The subscription is too slow and was ended.", "SUBSCRIBER_TOO_SLOW"));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(string topic)
    {
        foreach (var channel in topics.TryRemove(topic, out var channels) ? channels.Keys : [])
            channel.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Listens from this call on, not only from the first read.</summary>
    public IAsyncEnumerable<T> SubscribeAsync<T>(string topic, CancellationToken ct)
    {
        var channel = Channel.CreateBounded<object?>(Capacity);
        topics.GetOrAdd(topic, _ => new()).TryAdd(channel, true);
        return ReadAsync<T>(topic, channel, ct);
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(string topic, Channel<object?> channel, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync(ct))
                yield return (T)message!;
        }
        finally
        {
            if (topics.TryGetValue(topic, out var channels))
                channels.TryRemove(channel, out _);
        }
    }
}
