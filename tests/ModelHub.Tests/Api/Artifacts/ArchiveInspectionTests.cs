using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ModelHub.Domain.Artifacts;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

public sealed class ArchiveInspectionTests
{
    private static readonly ArchiveLimits Small = new(TotalBytes: 64 << 20, Entries: 100, Ratio: 200, PathLength: 200);

    [Theory]
    [InlineData("path_traversal.zip", "climbs out")]
    [InlineData("absolute_path.zip", "absolute")]
    [InlineData("symlink.zip", "symbolic link")]
    [InlineData("bomb_1MB_to_1GB.zip", "unpack")]
    [InlineData("traversal.tar.gz", "climbs out")]
    [InlineData("duplicate_entry.zip", "same name")]
    [InlineData("truncated.zip", "damaged")]
    public void A_hostile_archive_is_refused_and_says_why(string file, string reason)
    {
        using var archive = File.OpenRead(Hostile.Path("archive", file));
        var kind = file.EndsWith(".gz", StringComparison.Ordinal) ? ArchiveKind.TarGzip : ArchiveKind.Zip;

        var verdict = ArchiveInspection.Read(archive, kind, Small);

        Assert.Contains(reason, Assert.IsType<ArchiveVerdict.Refused>(verdict).Reason);
    }

    [Theory]
    [InlineData(@"..\..\evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData(@"C:\evil.txt")]
    [InlineData("C:/evil.txt")]
    [InlineData("/evil.txt")]
    [InlineData("a//b")]
    [InlineData("a\u0000b")]
    public void A_name_that_leaves_the_bundle_is_refused_in_zip_and_tar(string name)
    {
        using var zip = Zip((name, "x"));
        using var tar = Tar(new PaxTarEntry(TarEntryType.RegularFile, "ok"), name);

        Assert.IsType<ArchiveVerdict.Refused>(ArchiveInspection.Read(zip, ArchiveKind.Zip, Small));
        if (!name.Contains('\0'))
            Assert.IsType<ArchiveVerdict.Refused>(ArchiveInspection.Read(tar, ArchiveKind.Tar, Small));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "symbolic link")]
    [InlineData(TarEntryType.HardLink, "hard link")]
    [InlineData(TarEntryType.CharacterDevice, "device")]
    [InlineData(TarEntryType.Fifo, "device")]
    public void A_tar_entry_that_is_no_file_is_refused(TarEntryType type, string reason)
    {
        var entry = new PaxTarEntry(type, "entry");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            entry.LinkName = "target";
        using var tar = Tar(entry);

        var verdict = ArchiveInspection.Read(tar, ArchiveKind.Tar, Small);

        Assert.Contains(reason, Assert.IsType<ArchiveVerdict.Refused>(verdict).Reason);
    }

    [Fact]
    public void Names_that_are_one_file_on_another_system_are_refused()
    {
        using var zip = Zip(("Model.onnx", "1"), ("model.onnx", "2"));
        using var below = Zip(("a", "1"), ("a/b", "2"));
        using var dotted = Zip(("a", "1"), ("./a", "2"));

        Assert.IsType<ArchiveVerdict.Refused>(ArchiveInspection.Read(zip, ArchiveKind.Zip, Small));
        Assert.IsType<ArchiveVerdict.Refused>(ArchiveInspection.Read(below, ArchiveKind.Zip, Small));
        Assert.IsType<ArchiveVerdict.Refused>(ArchiveInspection.Read(dotted, ArchiveKind.Zip, Small));
    }

    [Fact]
    public void Too_many_entries_are_refused_before_the_directory_is_read()
    {
        using var zip = Zip([.. Enumerable.Range(0, 101).Select(i => ($"f{i}", "x"))]);

        var verdict = ArchiveInspection.Read(zip, ArchiveKind.Zip, Small);

        Assert.Equal("more than 100 entries", Assert.IsType<ArchiveVerdict.Refused>(verdict).Reason);
    }

    [Fact]
    public void A_gzip_bomb_stops_at_the_ratio()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "zeros") { DataStream = new MemoryStream(new byte[40 << 20]) });
        packed.Position = 0;
        var handed = 0L;

        var verdict = ArchiveInspection.Read(packed, ArchiveKind.TarGzip, Small, (_, bytes) => handed = Count(bytes));

        Assert.Contains("200 times", Assert.IsType<ArchiveVerdict.Refused>(verdict).Reason);
        Assert.Equal(0, handed);
    }

    [Fact]
    public void A_good_bundle_yields_its_files_with_digests()
    {
        using var zip = Zip(("model.onnx", "abc"), ("data/labels.txt", ""));

        var verdict = ArchiveInspection.Read(zip, ArchiveKind.Zip, Small);

        var files = Assert.IsType<ArchiveVerdict.Accepted>(verdict).Files;
        Assert.Equal(
            [
                new ArchiveFile("model.onnx", 3, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                new ArchiveFile("data/labels.txt", 0, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ],
            files);
    }

    [Fact]
    public void A_zip_cut_at_any_byte_or_with_any_byte_changed_never_throws()
    {
        var good = Zip(("model.onnx", "some bytes of a model"), ("a/b", "more")).ToArray();
        var random = new Random(1);

        for (var cut = 0; cut < good.Length; cut++)
        {
            Assert.IsType<ArchiveVerdict.Refused>(ArchiveInspection.Read(new MemoryStream(good[..cut]), ArchiveKind.Zip, Small));
            var changed = good.ToArray();
            changed[cut] = (byte)random.Next(256);
            ArchiveInspection.Read(new MemoryStream(changed), ArchiveKind.Zip, Small);
        }
    }

    private static long Count(Stream stream)
    {
        var total = 0L;
        var buffer = new byte[64 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
            total += read;
        return total;
    }

    private static MemoryStream Zip(params (string Name, string Text)[] files)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        stream.Position = 0;
        return stream;
    }

    private static MemoryStream Tar(PaxTarEntry entry, string? name = null)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            tar.WriteEntry(entry);
            if (name is not null && !name.Contains('\0'))
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) });
        }
        stream.Position = 0;
        return stream;
    }
}
