namespace ModelHub.Domain.Artifacts;

/// <summary>One pass over one bundle: names and bytes seen so far, and the entry that is open.</summary>
internal sealed class ArchiveReading(ArchiveLimits limits, Action<string, Stream> onFile)
{
    private readonly ArchivePaths paths = new(limits);
    private readonly ArchiveMeter meter = new(limits);
    private readonly List<ArchiveFile> files = [];
    private string name = "";
    private string path = "";
    private long before;

    /// <summary>Bytes unpacked from all entries so far, the open one included.</summary>
    public long Total { get; private set; }

    public ArchiveVerdict.Refused? Open(string entry, bool folder, string? typeFault)
    {
        name = entry;
        return (typeFault ?? paths.Add(entry, folder, out path)) is { } fault ? Refuse(fault) : null;
    }

    public long File(Stream bytes, Func<long, (long, long)> scope)
    {
        before = Total;
        using var metered = new MeteredStream(bytes, meter, seen =>
        {
            Total = before + seen;
            return scope(seen);
        });
        onFile(path, metered);
        Drain(metered);
        files.Add(new ArchiveFile(path, metered.Seen, metered.Digest()));
        return metered.Seen;
    }

    public ArchiveVerdict.Refused? TooMany(long entries)
        => entries > limits.Entries ? new ArchiveVerdict.Refused("", $"more than {limits.Entries} entries") : null;

    public ArchiveVerdict.Refused Refuse(string reason) => new(ArchivePaths.Printable(name), reason);

    public ArchiveVerdict Accept()
        => files.Count == 0 ? new ArchiveVerdict.Refused("", "no file inside") : new ArchiveVerdict.Accepted(files);

    private static void Drain(Stream stream)
    {
        Span<byte> buffer = stackalloc byte[8192];
        while (stream.Read(buffer) > 0)
        {
        }
    }
}
