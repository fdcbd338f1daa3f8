namespace ModelHub.Node.Caching;

/// <summary>
/// The answers this node keeps, of all versions together: never more than so many bytes; what was longest not asked for goes
/// first. One lock, held for a look-up or a change of the list, never while a model runs.
/// </summary>
internal sealed class AnswerCache(long capacity, TimeProvider time, ByteKeys? keys = null)
{
    // One large answer must not drive out all others.
    private const int LeastAnswers = 16;
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], LinkedListNode<KeptAnswer>> answers = new(keys ?? ByteKeys.Seeded);
    private readonly LinkedList<KeptAnswer> byUse = [];
    private long bytes;

    public long Bytes => Volatile.Read(ref bytes);

    public long Now => time.GetTimestamp();

    /// <summary>Whether something of this size would be kept.</summary>
    public bool Takes(long size) => size <= capacity / LeastAnswers;

    /// <param name="life">an older answer is none, and goes; null: any age</param>
    public KeptAnswer? Find(ReadOnlySpan<byte> key, TimeSpan? life)
    {
        lock (gate)
        {
            if (!answers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var node))
                return null;
            if (life is { } most && time.GetElapsedTime(node.Value.At) > most)
            {
                Remove(node);
                return null;
            }
            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value;
        }
    }

    public void Keep(KeptAnswer answer)
    {
        if (!Takes(answer.Bytes))
            return;
        lock (gate)
        {
            if (answers.TryGetValue(answer.Key, out var before))
                Remove(before);
            answers[answer.Key] = byUse.AddFirst(answer);
            bytes += answer.Bytes;
            while (bytes > capacity)
                Remove(byUse.Last!);
        }
    }

    /// <summary>Lets go of all answers whose key begins so.</summary>
    public void Forget(ReadOnlySpan<byte> prefix)
    {
        lock (gate)
            for (var node = byUse.First; node is not null;)
            {
                var at = node;
                node = node.Next;
                if (at.Value.Key.AsSpan().StartsWith(prefix))
                    Remove(at);
            }
    }

    private void Remove(LinkedListNode<KeptAnswer> node)
    {
        answers.Remove(node.Value.Key);
        byUse.Remove(node);
        bytes -= node.Value.Bytes;
    }
}
