using System.Globalization;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Stack;

/// <summary>The folder of everything that lasts, and who runs on it.</summary>
internal static class DataFolder
{
    public static void Prepare(string data)
    {
        // Others may pass it, because PostgreSQL may run as another user; what lies inside is closed to them.
        const UnixFileMode passable = PrivateFile.FolderMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            Directory.CreateDirectory(data, passable);
            Directory.CreateDirectory(Path.Combine(data, "logs"), PrivateFile.FolderMode);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BrokenWorldException($"The data folder {data} cannot be made: {fault.Message}", fault);
        }
    }

    public static BrokenWorldException InUse(string data) =>
        new($"ModelHub already runs on {data}{(Owner(data) is { } id ? $" (process {id})" : "")}. Stop it with: ./modelhub down --data {data}");

    /// <summary>The process that runs on the folder, if one does.</summary>
    public static int? Owner(string data)
    {
        var path = OwnerFile(data);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    public static void WriteOwner(string data) => PrivateFile.Write(OwnerFile(data), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    public static void ForgetOwner(string data) => File.Delete(OwnerFile(data));

    private static string OwnerFile(string data) => Path.Combine(data, "owner");
}
