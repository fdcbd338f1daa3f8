namespace ModelHub.GraphQL.Planning;

/// <summary>Documents by their exact text, the least recently used given up first; their plans count.</summary>
internal sealed class DocumentCache(int maxEntries, long maxBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new();
    private long bytes;

    /// <summary>What is kept, roughly.</summary>
    public (int Entries, long Bytes) Size
    {
        get
        {
            lock (gate)
                return (entries.Count, bytes);
        }
    }

    public CachedDocument? Find(string source)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(source, out var node))
                return null;
            if (node != byUse.First)
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }

            return node.Value.Document;
        }
    }

    public void Add(CachedDocument document)
    {
        lock (gate)
        {
            if (!entries.TryAdd(document.Document.Source, byUse.AddFirst(new Entry(document))))
            {
                byUse.RemoveFirst();
                return;
            }

            bytes += document.Bytes;
            document.OnGrowth = Grown;
            Trim();
        }
    }

    private void Grown(CachedDocument document, long more)
    {
        lock (gate)
        {
            // It may have been given up meanwhile.
            if (!entries.TryGetValue(document.Document.Source, out var node) || node.Value.Document != document)
                return;
            node.Value.Bytes += more;
            bytes += more;
            Trim();
        }
    }

    private void Trim()
    {
        while (entries.Count > maxEntries || (bytes > maxBytes && entries.Count > 0))
        {
            var oldest = byUse.Last!.Value;
            byUse.RemoveLast();
            entries.Remove(oldest.Document.Document.Source);
            oldest.Document.OnGrowth = null;
            bytes -= oldest.Bytes;
        }
    }

    private sealed class Entry(CachedDocument document)
    {
        public CachedDocument Document { get; } = document;

        public long Bytes { get; set; } = document.Bytes;
    }
}
