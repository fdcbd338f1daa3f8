namespace ModelHub.Protocol;

/// <summary>
/// The last messages of each kind that must outlive a restart, one file each: a peer starts from them when the API
/// is away. A file is replaced whole or not at all.
/// </summary>
public sealed class LastState
{
    private readonly string folder;

    public LastState(string folder)
    {
        this.folder = folder;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <returns>null when there is none, or none that can be read</returns>
    public T? Read<T>()
        where T : DownMessage
    {
        var path = PathOf<T>();
        try
        {
            return File.Exists(path) ? ControlMessages.ReadDown(File.ReadAllBytes(path)) as T : null;
        }
        catch (ProtocolException)
        {
            // Written by another version or cut by a full disk: the API will tell us again.
            return null;
        }
    }

    public void Write<T>(T message)
        where T : DownMessage
    {
        var path = PathOf<T>();
        var next = path + ".next";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options))
        {
            file.Write(ControlMessages.Write(message));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    public void Forget<T>()
        where T : DownMessage => File.Delete(PathOf<T>());

    private string PathOf<T>() => Path.Combine(folder, typeof(T).Name.ToLowerInvariant() + ".json");
}
