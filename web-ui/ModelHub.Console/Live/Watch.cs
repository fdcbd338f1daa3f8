using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Live;

/// <summary>One subscription on a socket. It can be started again after a loss, from where it stood.</summary>
internal abstract class Watch
{
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    public abstract JsonElement Start();

    public abstract void Next(JsonElement payload);

    /// <summary>True when the refusal means that the place to go on from is not known, and it was forgotten.</summary>
    public virtual bool Forget(string refusal) => false;

    protected static JsonElement Payload<TVariables>(
        string name, string id, TVariables variables, JsonTypeInfo<Subscribe<TVariables>> type) =>
        JsonSerializer.SerializeToElement(new Subscribe<TVariables>(name, id, variables), type);
}

internal sealed class EventWatch(Action<LiveEvent> seen) : Watch
{
    private long? last;

    public override JsonElement Start() =>
        Payload("FollowEvents", Documents.FollowEvents, new FollowEvents(last), LiveJson.Default.SubscribeFollowEvents);

    public override void Next(JsonElement payload)
    {
        if (payload.Deserialize(LiveJson.Default.EventMessage)?.Data?.Events is not { } change)
            return;
        // The last one, not the highest: events follow each other in the order of their transactions.
        last = change.Sequence;
        seen(change);
    }

    public override bool Forget(string refusal)
    {
        if (last is null || !refusal.Contains("EVENT_UNKNOWN", StringComparison.Ordinal))
            return false;
        last = null;
        return true;
    }
}

internal sealed class LogWatch(string run, long? after, Action<LogLine> seen) : Watch
{
    private long? last = after;

    public override JsonElement Start() =>
        Payload("FollowLog", Documents.FollowLog, new FollowLog(run, last), LiveJson.Default.SubscribeFollowLog);

    public override void Next(JsonElement payload)
    {
        if (payload.Deserialize(LiveJson.Default.LogMessage)?.Data?.TrainingLog is not { } line)
            return;
        last = line.Sequence;
        seen(line);
    }
}
