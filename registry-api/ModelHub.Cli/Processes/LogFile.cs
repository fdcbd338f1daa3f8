using System.Text;

namespace ModelHub.Cli.Processes;

/// <summary>A log file that is put aside as .1 … .3 when it grows beyond its size. Safe for several writers of one process.</summary>
internal sealed class LogFile : IDisposable
{
    private const int Kept = 3;

    private readonly string path;
    private readonly long maxBytes;
    private readonly Lock gate = new();
    private FileStream stream;

    public LogFile(string path, long maxBytes = 10 << 20)
    {
        this.path = path;
        this.maxBytes = maxBytes;
        stream = Open();
    }

    public void WriteLine(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (gate)
        {
            if (!stream.CanWrite)
                return;
            if (stream.Length + bytes.Length > maxBytes && stream.Length > 0)
                Rotate();
            stream.Write(bytes);
            stream.Flush();
        }
    }

    public void Dispose()
    {
        lock (gate)
            stream.Dispose();
    }

    private FileStream Open() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private void Rotate()
    {
        stream.Dispose();
        for (var age = Kept; age > 0; age--)
        {
            var from = age == 1 ? path : $"{path}.{age - 1}";
            if (File.Exists(from))
                File.Move(from, $"{path}.{age}", overwrite: true);
        }

        stream = Open();
    }
}
