using System.Security.Cryptography;
using System.Text;
using ModelHub.Api.Configuration;
using ModelHub.Domain.Events;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>What a hello came to.</summary>
/// <param name="Key">Issued just now; null when the peer showed one.</param>
internal sealed record Admission(Peer Peer, string? Key);

/// <summary>Judges a hello: the peer's own key if it has one, else the join token, for which it gets a key.</summary>
internal sealed class AdmitPeer(IDbContextFactory<ModelHubDb> factory, ApiOptions options, TimeProvider time)
{
    private static readonly Actor Actor = Actor.System("control");

    public async Task<Result<Admission>> RunAsync(Hello hello, CancellationToken ct)
    {
        if (hello.Protocol != ControlMessages.ProtocolVersion)
            return new InvalidInput("protocol", $"{ControlMessages.ProtocolVersion}");
        await using var db = await factory.CreateDbContextAsync(ct);
        return hello.Kind == PeerKind.Node ? await NodeAsync(db, hello, ct) : await RouterAsync(db, hello, ct);
    }

    private async Task<Result<Admission>> NodeAsync(ModelHubDb db, Hello hello, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var keyId = Secret.KeyIdOf(hello.NodeKey, Secret.NodePrefix);
        var node = keyId is null ? null : await db.Nodes.SingleOrDefaultAsync(n => n.KeyId == keyId, ct);
        if (node is not null && Secret.Matches(hello.NodeKey!, node.KeyHash))
        {
            var (state, addresses) = (node.State, (node.Address, node.GrpcAddress));
            if (node.Return(Introduction(hello), now) is { } invalid)
                return invalid;
            // Routers need to hear of it only when it can be reached again, or elsewhere.
            var news = state == NodeState.Lost || addresses != (node.Address, node.GrpcAddress);
            return await StoreAsync(db, new Admission(Heard(PeerKind.Node, node.Id.Value, node.Name, now), null), news ? [Numbered.Routes] : [], news ? [new NodeJoined(node.Name, node.Address)] : [], ct);
        }
        if (!HoldsJoinToken(hello))
            return new NotPermitted();

        var key = Secrets.New(Secret.NodePrefix);
        node = await db.Nodes.SingleOrDefaultAsync(n => n.Name == hello.Name, ct);
        if (node is null)
        {
            if (InferenceNode.Join(Introduction(hello), key.KeyId, key.Hash, now).IsRefused(out var refusal, out node))
                return refusal;
            db.Nodes.Add(node);
        }
        else if (node.Return(Introduction(hello), now) is { } invalid)
            return invalid;
        else
            node.Rekey(key.KeyId, key.Hash);
        return await StoreAsync(db, new Admission(Heard(PeerKind.Node, node.Id.Value, node.Name, now), key.Text), [Numbered.Routes], [new NodeJoined(node.Name, node.Address)], ct);
    }

    private async Task<Result<Admission>> RouterAsync(ModelHubDb db, Hello hello, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var keyId = Secret.KeyIdOf(hello.NodeKey, Secret.NodePrefix);
        var router = keyId is null ? null : await db.Routers.SingleOrDefaultAsync(r => r.KeyId == keyId, ct);
        if (router is not null && Secret.Matches(hello.NodeKey!, router.KeyHash))
        {
            var lost = router.State == RouterState.Lost;
            return router.Return(Introduction(hello), now) is { } invalid
                ? invalid
                : await StoreAsync(db, new Admission(Heard(PeerKind.Router, router.Id.Value, router.Name, now), null), [], lost ? [new RouterJoined(router.Name, router.Address)] : [], ct);
        }
        if (!HoldsJoinToken(hello))
            return new NotPermitted();

        var key = Secrets.New(Secret.NodePrefix);
        router = await db.Routers.SingleOrDefaultAsync(r => r.Name == hello.Name, ct);
        if (router is null)
        {
            if (Router.Join(Introduction(hello), key.KeyId, key.Hash, now).IsRefused(out var refusal, out router))
                return refusal;
            db.Routers.Add(router);
        }
        else if (router.Return(Introduction(hello), now) is { } invalid)
            return invalid;
        else
            router.Rekey(key.KeyId, key.Hash);
        // Nodes know routers by their keys.
        return await StoreAsync(db, new Admission(Heard(PeerKind.Router, router.Id.Value, router.Name, now), key.Text), [Numbered.Access], [new RouterJoined(router.Name, router.Address)], ct);
    }

    private static async Task<Result<Admission>> StoreAsync(ModelHubDb db, Admission admission, IReadOnlyList<Numbered> bumps, IReadOnlyList<Event> events, CancellationToken ct)
    {
        foreach (var numbered in bumps)
            await db.BumpAsync(numbered, ct);
        return await db.CommitAsync(events, Actor, ct) is { } refusal ? refusal : admission;
    }

    private static Peer Heard(PeerKind kind, Guid id, string name, DateTimeOffset now)
    {
        var peer = new Peer(kind, id, name);
        peer.Heard(now);
        return peer;
    }

    private bool HoldsJoinToken(Hello hello)
        => hello.JoinToken is { } token
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), SHA256.HashData(Encoding.UTF8.GetBytes(options.JoinToken)));

    private static NodeIntroduction Introduction(Hello hello)
        => new(hello.Name, hello.Address.TrimEnd('/'), hello.Runtimes, hello.Capacity.MemoryBytes, (int)Math.Clamp(Math.Ceiling(hello.Capacity.Cpus), 0, int.MaxValue), hello.Software, hello.GrpcAddress?.TrimEnd('/'));
}
