using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Nodes;

public readonly record struct NodeId(Guid Value) : IId<NodeId>
{
    public static NodeId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static NodeId From(Guid value) => new(value);
}

public enum NodeState
{
    Ready,
    Draining,
    Lost,
}

public sealed record NodeNotFound()
    : Refusal("There is no such node.");

/// <summary>An inference node: it loads versions, answers requests and reports what it observes.</summary>
public sealed class InferenceNode : IRevisioned
{
    private InferenceNode()
    {
    }

    public NodeId Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Base URL under which routers reach it.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Where routers reach its gRPC service; null when it has none.</summary>
    public string? GrpcAddress { get; private set; }

    public NodeState State { get; private set; }

    /// <summary>An operator wants it empty; it stays so over restarts until resumed.</summary>
    public bool WantsDrain { get; private set; }

    public IReadOnlyList<string> Runtimes { get; private set; } = [];

    public long MemoryBytes { get; private set; }

    public int Cpus { get; private set; }

    public long MemoryUsedBytes { get; private set; }

    /// <summary>Processors it kept busy over the last seconds; null when it does not tell.</summary>
    public double? CpusUsed { get; private set; }

    public string? Software { get; private set; }

    public string KeyId { get; private set; } = "";

    public byte[] KeyHash { get; private set; } = [];

    public DateTimeOffset LastSeenAt { get; private set; }

    /// <summary>The revision of the assignments it last said it applied.</summary>
    public long AssignmentsRevision { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<InferenceNode> Join(NodeIntroduction introduction, string keyId, byte[] keyHash, DateTimeOffset now)
    {
        if (introduction.Check() is { } refusal)
            return refusal;

        var node = new InferenceNode { Id = NodeId.New(now), Name = introduction.Name, KeyId = keyId, KeyHash = keyHash, CreatedAt = now };
        node.Take(introduction, now);
        return node;
    }

    /// <summary>It came back, perhaps elsewhere and larger.</summary>
    public Refusal? Return(NodeIntroduction introduction, DateTimeOffset now)
    {
        if (introduction.Check() is { } refusal)
            return refusal;

        Take(introduction, now);
        return null;
    }

    /// <summary>A node of this name joined again with the join token and without its key: the old key dies.</summary>
    public void Rekey(string keyId, byte[] keyHash) => (KeyId, KeyHash) = (keyId, keyHash);

    public void Drain() => (WantsDrain, State) = (true, State == NodeState.Lost ? NodeState.Lost : NodeState.Draining);

    public void Resume() => (WantsDrain, State) = (false, State == NodeState.Lost ? NodeState.Lost : NodeState.Ready);

    public void Lose() => State = NodeState.Lost;

    /// <summary>It was only silent: its stream never ended, so that it says no hello again.</summary>
    public void SpeakAgain() => State = WhenThere;

    private NodeState WhenThere => WantsDrain ? NodeState.Draining : NodeState.Ready;

    private void Take(NodeIntroduction introduction, DateTimeOffset now)
    {
        Address = introduction.Address;
        GrpcAddress = introduction.GrpcAddress;
        Runtimes = introduction.Runtimes;
        MemoryBytes = introduction.MemoryBytes;
        Cpus = introduction.Cpus;
        Software = introduction.Software;
        LastSeenAt = now;
        State = WhenThere;
    }
}
