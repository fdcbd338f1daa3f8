using System.Net.Sockets;
using System.Text;

namespace ModelHub.Hosting;

/// <summary>
/// A socket in the file system beside a port of loopback, for processes of one machine that share a folder: a request over it costs
/// the kernel less than over TCP. Only a shortcut, who cannot take it goes by the port; the folder is the owner's alone.
/// </summary>
public static class LocalSocket
{
    public const string Setting = "LocalSockets";

    /// <summary>Bytes of a folder's path; the kernel takes 107 for the whole of it.</summary>
    public const int LongestFolder = 90;

    /// <param name="url">http://127.0.0.1:5091</param>
    /// <returns>null for an address that is not of loopback, or of no certain port</returns>
    public static string? Beside(string? folder, string url) =>
        folder is not null && Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true, Port: > 0 }
            ? Path.Combine(folder, $"{address.Port}.sock")
            : null;

    /// <summary>Makes the folder, and room for a socket where a process that was killed left its own.</summary>
    public static void Prepare(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (File.Exists(path) && !Answers(path))
            File.Delete(path);
    }

    internal static bool Fits(string folder) => Encoding.UTF8.GetByteCount(folder) <= LongestFolder;

    private static bool Answers(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
