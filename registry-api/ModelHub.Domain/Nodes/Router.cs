using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Nodes;

public readonly record struct RouterId(Guid Value) : IId<RouterId>
{
    public static RouterId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static RouterId From(Guid value) => new(value);
}

public enum RouterState
{
    Ready,
    Lost,
}

/// <summary>The data plane's front. Which routing table it obeys is known from <see cref="RoutesRevision"/>.</summary>
public sealed class Router : IRevisioned
{
    private Router()
    {
    }

    public RouterId Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Address { get; private set; } = "";

    public RouterState State { get; private set; }

    public string? Software { get; private set; }

    public string KeyId { get; private set; } = "";

    public byte[] KeyHash { get; private set; } = [];

    public DateTimeOffset LastSeenAt { get; private set; }

    public long RoutesRevision { get; private set; }

    /// <summary>When it switched to that table, by the database's clock.</summary>
    public DateTimeOffset? RoutesAppliedAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Router> Join(NodeIntroduction introduction, string keyId, byte[] keyHash, DateTimeOffset now)
    {
        if (introduction.Check() is { } refusal)
            return refusal;

        var router = new Router { Id = RouterId.New(now), Name = introduction.Name, KeyId = keyId, KeyHash = keyHash, CreatedAt = now };
        router.Take(introduction, now);
        return router;
    }

    public Refusal? Return(NodeIntroduction introduction, DateTimeOffset now)
    {
        if (introduction.Check() is { } refusal)
            return refusal;

        Take(introduction, now);
        return null;
    }

    /// <summary>A router of this name joined again with the join token and without its key: the old key dies.</summary>
    public void Rekey(string keyId, byte[] keyHash) => (KeyId, KeyHash) = (keyId, keyHash);

    public void Lose() => State = RouterState.Lost;

    /// <summary>It was only silent: its stream never ended, so that it says no hello again.</summary>
    public void SpeakAgain() => State = RouterState.Ready;

    private void Take(NodeIntroduction introduction, DateTimeOffset now) =>
        (Address, Software, LastSeenAt, State) = (introduction.Address, introduction.Software, now, RouterState.Ready);
}
