using System.Runtime.CompilerServices;
using ModelHub.Database.Events;

namespace ModelHub.Api.Events;

[SubscriptionType]
[Authorize(nameof(Permission.Read))]
internal static class EventSubscriptions
{
    /// <summary>What a client asked to go on from and nobody can tell what followed.</summary>
    public const string Unknown = "EVENT_UNKNOWN";

    /// <summary>
    /// Events as they happen, or from after a sequence on; each once, in the order of the chain. Who gives the sequence of the
    /// event it saw last goes on exactly there, whatever broke: first what is stored, then what happens.
    /// </summary>
    [Subscribe(With = nameof(FollowEvents))]
    public static EventRow Events([EventMessage] EventRow row) => row;

    /// <param name="after">The sequence of the last event seen; 0 for all there are. One that is not known is refused with the code EVENT_UNKNOWN.</param>
    /// <param name="types">Only events of these types.</param>
    /// <param name="subject">Only what happens to this subject.</param>
    public static async IAsyncEnumerable<EventRow> FollowEvents(
        long? after, IReadOnlyList<string>? types, string? subject, Caller caller, Callers callers, ChangeFeed feed, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in feed.Follow(await StartAsync(after, feed, ct), ct))
        {
            // What anybody may changes by events too.
            if (row.Type is "token.revoked" or "role.bound" or "role.unbound" or "user.signed-out")
                caller = await Outage.RideOutAsync(() => callers.AgainAsync(caller, ct), ct) ?? throw new GraphQLException("The token is no longer valid.", "AUTH_NOT_AUTHENTICATED");
            var wanted = (types is null || types.Contains(row.Type)) && (subject is null || row.Subject == subject);
            if (wanted && Graph.Subject.IsVisible(row.Subject, caller))
                yield return row;
        }
    }

    private static async Task<EventCursor> StartAsync(long? after, ChangeFeed feed, CancellationToken ct)
    {
        if (after is not { } sequence)
            return await Outage.RideOutAsync(() => feed.NowAsync(ct), ct);
        return await Outage.RideOutAsync(() => feed.AfterAsync(sequence, ct), ct)
            ?? throw new GraphQLException($"There is no event {sequence} to go on from. Read what you show again, and subscribe without \"after\".", Unknown);
    }
}
