using System.Runtime.CompilerServices;
using ModelHub.Database.Events;

namespace ModelHub.Api.Events;

[SubscriptionType]
[Authorize(nameof(Permission.Read))]
internal static class EventSubscriptions
{
    /// <summary>Events as they happen, or from after a sequence on; each once, in the order of the chain.</summary>
    [Subscribe(With = nameof(FollowEvents))]
    public static EventRow Events([EventMessage] EventRow row) => row;

    public static async IAsyncEnumerable<EventRow> FollowEvents(
        long? after, IReadOnlyList<string>? types, string? subject, Caller caller, ChangeFeed feed, [EnumeratorCancellation] CancellationToken ct)
    {
        var from = after is { } sequence ? await feed.AfterAsync(sequence, ct) : await feed.NowAsync(ct);
        await foreach (var row in feed.Follow(from, ct))
        {
            var wanted = (types is null || types.Contains(row.Type)) && (subject is null || row.Subject == subject);
            if (wanted && Graph.Subject.IsVisible(row.Subject, caller))
                yield return row;
        }
    }
}
