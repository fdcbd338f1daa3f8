using ModelHub.Console.SignIn;

namespace ModelHub.Console.Live;

/// <summary>What one circuit sees of its session's feed. It joins when the first component asks and leaves with the circuit.</summary>
internal sealed class LivePage(LiveFeeds feeds, Session session) : IDisposable
{
    private string? token;
    private LiveFeed? feed;

    public event Action<LiveEvent>? Seen;

    public event Action? Caught;

    public event Action? StateChanged;

    public FeedState State => feed?.State ?? FeedState.Connecting;

    public async Task JoinAsync()
    {
        if (feed is not null || await session.TokenAsync() is not { } mine || feed is not null)
            return;
        token = mine;
        feed = feeds.Join(mine);
        feed.Seen += OnSeen;
        feed.Caught += OnCaught;
        feed.StateChanged += OnStateChanged;
        OnStateChanged();
    }

    public Task WatchAsync(Watch watch) => feed?.WatchAsync(watch) ?? Task.CompletedTask;

    public Task UnwatchAsync(Watch watch) => feed?.UnwatchAsync(watch) ?? Task.CompletedTask;

    public void Dispose()
    {
        if (feed is null || token is null)
            return;
        feed.Seen -= OnSeen;
        feed.Caught -= OnCaught;
        feed.StateChanged -= OnStateChanged;
        feeds.Leave(token, feed);
    }

    private void OnSeen(LiveEvent change) => Seen?.Invoke(change);

    private void OnCaught() => Caught?.Invoke();

    private void OnStateChanged() => StateChanged?.Invoke();
}
