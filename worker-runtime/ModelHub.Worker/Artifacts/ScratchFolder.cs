using ModelHub.Worker.Configuration;

namespace ModelHub.Worker.Artifacts;

/// <summary>A folder of one job, gone with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private ScratchFolder(string path) => Path = path;

    public string Path { get; }

    public static ScratchFolder Create(WorkerOptions options) =>
        new(Directory.CreateDirectory(System.IO.Path.Combine(options.Scratch, Guid.NewGuid().ToString("N"))).FullName);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
