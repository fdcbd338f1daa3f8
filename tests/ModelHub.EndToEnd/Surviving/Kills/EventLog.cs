using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>A subscriber to all events over server-sent events, who goes on after the last one seen whenever the connection breaks.</summary>
internal sealed class EventLog : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<JsonNode> events = new();
    private readonly Stack stack;
    private readonly Task following;
    /// <summary>The event it began after.</summary>
    public long Begun { get; }

    private long last;
    private int broken;

    /// <param name="after">The sequence of an event that is there.</param>
    public EventLog(Stack stack, long after)
    {
        (this.stack, last, Begun) = (stack, after, after);
        following = Task.Run(FollowAsync);
    }

    /// <summary>Sequence, type and data, in the order of the log.</summary>
    public IReadOnlyList<JsonNode> Events => [.. events];

    public IReadOnlyList<long> Sequences => [.. events.Select(one => one["sequence"]!.GetValue<long>())];

    /// <summary>How often it tried to connect again.</summary>
    public int Broken => Volatile.Read(ref broken);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await following;
        http.Dispose();
        stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ConnectionAsync();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException or UnexpectedAnswerException or OperationCanceledException)
            {
                // The API is away, or this log ends.
            }
            Interlocked.Increment(ref broken);
            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectionAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Api, "/graphql"));
        request.Headers.Authorization = new("Bearer", stack.Token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Content = JsonContent.Create(new { query = "subscription($after: Long) { events(after: $after) { sequence type data } }", variables = new { after = last } });
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping.Token);
        answer.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stopping.Token));
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Length > 6)
                Take(JsonNode.Parse(line[5..])!);
    }

    private void Take(JsonNode answer)
    {
        var one = answer["data"]?["events"] ?? throw new UnexpectedAnswerException(answer.ToJsonString());
        last = one["sequence"]!.GetValue<long>();
        events.Enqueue(one);
    }
}
