using ModelHub.Console.Graph;

namespace ModelHub.Console.Live;

/// <summary>All events that the signed-in one may see, from after a sequence number on (from now, when there is none).</summary>
internal sealed record FollowEvents(long? After);

internal sealed record EventMessage(EventsData? Data, IReadOnlyList<GraphFault>? Errors);

internal sealed record EventsData(LiveEvent? Events);
