namespace ModelHub.Cli.Processes;

/// <summary>Files and folders that only their owner may read.</summary>
internal static class PrivateFile
{
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FolderMode = Mode | UnixFileMode.UserExecute;

    /// <summary>Replaces the file in one step, so that a reader sees the old content or the new, never half of it.</summary>
    public static void Write(string path, string content)
    {
        var scratch = path + "." + Guid.NewGuid().ToString("N");
        using (var stream = new FileStream(scratch, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Mode }))
        using (var writer = new StreamWriter(stream))
            writer.Write(content);
        File.Move(scratch, path, overwrite: true);
    }

    /// <summary>The file's content; made by <paramref name="create"/> when there is none.</summary>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        if (!File.Exists(path))
            Write(path, create());
        return File.ReadAllText(path);
    }
}
