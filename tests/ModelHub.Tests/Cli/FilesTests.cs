using ModelHub.Cli.Processes;
using ModelHub.Cli.Stack;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class FilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("modelhub-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_log_is_put_aside_when_it_has_grown_and_the_oldest_is_dropped()
    {
        var path = Path.Combine(folder, "api.log");
        using (var log = new LogFile(path, maxBytes: 20))
            for (var line = 1; line <= 6; line++)
                log.WriteLine($"line number {line}");

        Assert.Equal(["line number 6"], File.ReadAllLines(path));
        Assert.Equal(["line number 5"], File.ReadAllLines(path + ".1"));
        Assert.Equal(["line number 3"], File.ReadAllLines(path + ".3"));
        Assert.False(File.Exists(path + ".4"));
    }

    [Fact]
    public void The_connection_is_for_its_owner_alone_and_reads_back()
    {
        var written = new Connection("http://a", "http://c", "http://r", "secret", folder);

        written.Write();

        Assert.Equal(written, Connection.Read(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "connection.json")));
        Assert.Equal(["connection.json"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_is_held_by_one_at_a_time()
    {
        using (FolderLock.TryTake(folder))
            Assert.Null(FolderLock.TryTake(folder));

        using var again = FolderLock.TryTake(folder);
        Assert.NotNull(again);
    }
}
