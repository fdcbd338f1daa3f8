using System.Collections.Concurrent;

namespace ModelHub.Api.Control;

/// <summary>The peers whose streams end in this process.</summary>
internal sealed class ConnectedPeers
{
    private readonly ConcurrentDictionary<Peer, bool> peers = new();

    public IReadOnlyList<Peer> All => [.. peers.Keys];

    public void Add(Peer peer) => peers[peer] = true;

    public void Remove(Peer peer) => peers.TryRemove(peer, out _);
}
