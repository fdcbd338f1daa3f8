namespace ModelHub.Cli.Postgres;

/// <summary>What a running server says of itself in postmaster.pid; a dead one leaves the file behind, still saying "ready".</summary>
internal sealed record PostmasterFile(int ProcessId, string SocketFolder, bool Ready)
{
    private const int ProcessIdLine = 0, SocketLine = 4, StateLine = 7;

    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    public static PostmasterFile? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(cluster));
        }
        catch (IOException)
        {
            return null;
        }

        string Line(int index) => index < lines.Length ? lines[index].Trim() : "";
        return int.TryParse(Line(ProcessIdLine), out var id) ? new PostmasterFile(id, Line(SocketLine), Line(StateLine) == "ready") : null;
    }
}
