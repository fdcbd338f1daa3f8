namespace ModelHub.GraphQL;

/// <summary>Publishes messages to the subscriptions of this process that listen to a topic.</summary>
public interface ITopicEventSender
{
    ValueTask SendAsync<T>(string topic, T message, CancellationToken ct = default);

    /// <summary>Ends all subscriptions of the topic.</summary>
    ValueTask CompleteAsync(string topic);
}

/// <summary>Hands out the messages of a topic; a host with its own event store replaces it.</summary>
public interface ITopicEventReceiver
{
    IAsyncEnumerable<T> SubscribeAsync<T>(string topic, CancellationToken ct);
}
