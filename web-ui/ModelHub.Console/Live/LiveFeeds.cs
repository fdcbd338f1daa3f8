using ModelHub.Console.Hosting;

namespace ModelHub.Console.Live;

/// <summary>The feeds of all sessions with an open page: one socket each, however many pages.</summary>
internal sealed class LiveFeeds(ConsoleOptions options, ILogger<LiveFeed> log)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LiveFeed> feeds = [];

    public int Count
    {
        get
        {
            lock (gate)
                return feeds.Count;
        }
    }

    public int Connected
    {
        get
        {
            lock (gate)
                return feeds.Values.Count(feed => feed.State == FeedState.Live);
        }
    }

    public LiveFeed Join(string token)
    {
        lock (gate)
        {
            if (!feeds.TryGetValue(token, out var feed) || feed.State == FeedState.SignedOut)
            {
                feeds[token] = feed = new LiveFeed(token, options, log);
                feed.Start();
            }

            feed.Pages++;
            return feed;
        }
    }

    public void Leave(string token, LiveFeed feed)
    {
        lock (gate)
        {
            if (--feed.Pages > 0)
                return;
            if (feeds.GetValueOrDefault(token) == feed)
                feeds.Remove(token);
        }

        feed.Dispose();
    }
}
