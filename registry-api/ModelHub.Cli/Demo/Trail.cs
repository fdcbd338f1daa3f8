using System.Text.Json.Nodes;
using ModelHub.Cli.Audit;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>What the registry wrote down of the story.</summary>
internal sealed class Trail(Session session)
{
    private static readonly TimeSpan bound = TimeSpan.FromSeconds(60);

    /// <summary>Prints the events since then, and checks the hash chain once all of them are sealed.</summary>
    public async Task VerifyAsync(long since, JsonObject figures, CancellationToken ct)
    {
        const string document = """
            query($first: Int!, $after: String, $where: EventFilterInput) {
              events(first: $first, after: $after, where: $where, order: [{ sequence: ASC }]) {
                nodes { sequence type subject actor at } pageInfo { hasNextPage endCursor }
              }
            }
            """;
        var events = await session.Graph.AllAsync(document, new() { ["where"] = new JsonObject { ["after"] = since } }, data => data["events"], int.MaxValue, ct);
        Print(events);
        figures["events"] = events.Count;
        var last = events[^1]["sequence"].Whole();
        var verified = await Waiting.UntilAsync(session.Screen, "Sealing events", bound, async () =>
        {
            var now = await AuditCommands.VerifyAsync(session.Graph, ct);
            return now["ok"]!.GetValue<bool>() && now["sealedUpTo"].Whole() < last ? null : now;
        }, ct) ?? throw new StepFailedException("Not all events were sealed in time.");
        figures["eventsChecked"] = verified["eventsChecked"].Copy();
        figures["sealedUpTo"] = verified["sealedUpTo"].Copy();
        if (!verified["ok"]!.GetValue<bool>())
            throw new StepFailedException($"The chain breaks at {verified["firstFault"]?["sequence"].Text()}: {verified["firstFault"]?["reason"].Text()}");
    }

    // Neighbours of one kind are one line: a hundred rollbacks need not be a hundred lines.
    private void Print(List<JsonObject> events)
    {
        for (var at = 0; at < events.Count;)
        {
            var first = events[at];
            var same = events.Skip(at).TakeWhile(one => one["type"].Text() == first["type"].Text()).Count();
            var more = same > 1 ? $"  and {same - 1} more" : "";
            session.Screen.Say($"            {first["at"].Text()}  {first["actor"].Text(),-24}  {first["type"].Text(),-28}  {first["subject"].Text()}{more}");
            at += same;
        }
    }
}
