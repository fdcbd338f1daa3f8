using System.Text.Json.Nodes;
using ModelHub.Cli.Audit;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>What the registry wrote down of the story.</summary>
internal sealed class Trail(Session session)
{
    private const int LongestGroup = 4;

    /// <summary>Lines shown of its beginning, and of its end.</summary>
    private const int Ends = 40;
    private static readonly TimeSpan bound = TimeSpan.FromSeconds(60);

    /// <summary>Prints the events since then, and checks the hash chain once all of them are sealed.</summary>
    public async Task VerifyAsync(long since, JsonObject figures, CancellationToken ct)
    {
        var events = await session.Graph.AllAsync(Documents.ReadTrail, new() { ["where"] = new JsonObject { ["sequence"] = new JsonObject { ["gt"] = since } } }, data => data["events"], int.MaxValue, ct);
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

    private void Print(List<JsonObject> events)
    {
        var lines = Lines(events).ToList();
        var left = lines.Count - 2 * Ends;
        foreach (var line in left > 1 ? [.. lines[..Ends], $"… {left} lines more; ./modelhub audit export tells all", .. lines[^Ends..]] : lines)
            session.Screen.Say($"            {line}");
    }

    private static IEnumerable<string> Lines(List<JsonObject> events)
    {
        for (var at = 0; at < events.Count;)
        {
            var (length, times) = Repetition(events, at);
            foreach (var one in events.Skip(at).Take(length))
                yield return $"{one["at"].Text()}  {one["actor"].Text(),-20}  {one["type"].Text(),-28}  {one["subject"].Text()}";
            if (times > 1)
                yield return $"… {(length == 1 ? "this" : $"these {length}")} {times - 1} times more";
            at += length * times;
        }
    }

    /// <summary>The group of event kinds that begins here and follows itself most often: a hundred rollbacks need not be three hundred lines.</summary>
    internal static (int Length, int Times) Repetition(List<JsonObject> events, int from)
    {
        string Kind(int at) => events[at]["type"].Text();
        int Times(int length)
        {
            var times = 1;
            while (from + (times + 1) * length <= events.Count && Enumerable.Range(from, length).All(at => Kind(at) == Kind(at + times * length)))
                times++;
            return times;
        }

        var best = Enumerable.Range(1, LongestGroup).Where(length => from + length <= events.Count).Select(length => (Length: length, Times: Times(length)))
            .MaxBy(group => group.Length * (group.Times - 1));
        return best.Times > 1 ? best : (1, 1);
    }
}
