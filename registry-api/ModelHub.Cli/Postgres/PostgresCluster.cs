using System.Diagnostics;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>The data folder of a private PostgreSQL, owned by the user the server runs as.</summary>
internal sealed class PostgresCluster(string folder, SystemUser? user)
{
    public const string Role = "modelhub";

    public string Folder => folder;

    /// <summary>The major version that wrote the data; null when there are none yet.</summary>
    public int? Major => File.Exists(VersionFile) && int.TryParse(File.ReadAllText(VersionFile).Trim(), out var major) ? major : null;

    private string VersionFile => Path.Combine(folder, "PG_VERSION");

    /// <summary>
    /// Makes the cluster with its database, in a folder beside that is moved into place when it is whole: a kill in the
    /// middle leaves nothing half done.
    /// </summary>
    public async Task CreateAsync(PostgresBinaries binaries, string password, string database, CancellationToken ct)
    {
        EnsureReachable(binaries);
        var scratch = folder + ".new";
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        Directory.CreateDirectory(scratch, PrivateFile.FolderMode);
        Own(scratch);
        var secrets = SocketFolder.Create(user);
        try
        {
            var passwordFile = Path.Combine(secrets, "password");
            PrivateFile.Write(passwordFile, password);
            Own(passwordFile);
            await RunAsync(binaries.Initdb, InitdbArguments(binaries, scratch, passwordFile), scratch, null, ct);
        }
        finally
        {
            Directory.Delete(secrets, recursive: true);
        }

        await RunAsync(binaries.Postgres, ["--single", "-D", PathFor(scratch), "postgres"], scratch, $"CREATE DATABASE \"{database}\";\n", ct);
        Directory.Move(scratch, folder);
    }

    /// <summary>Gives the data to the user the server runs as, when a copy or an earlier start left them to another.</summary>
    public async Task EnsureOwnedAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        EnsureReachable(binaries);
        if (user is null)
            return;
        var owner = await RunRootAsync("stat", ["-c", "%u", folder], ct);
        if (owner.Trim() != user.Id.ToString())
            await RunRootAsync("chown", ["-R", "-h", $"{user.Id}:{user.Group}", folder], ct);
        File.SetUnixFileMode(folder, PrivateFile.FolderMode);
    }

    /// <summary>
    /// What -D gets. The unprivileged user may be unable to pass the folders above, but a working directory is kept over the
    /// change of user, and /proc/self/cwd leads into it without passing them.
    /// </summary>
    public string PathFor(string path) =>
        user is not null && OperatingSystem.IsLinux() && !Reach.ByAnybody(Path.GetDirectoryName(path)!) ? "/proc/self/cwd" : path;

    /// <summary>A start of a PostgreSQL program: in the data folder, with nothing of our environment.</summary>
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, string workingFolder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    private void EnsureReachable(PostgresBinaries binaries)
    {
        // Before 16 the programs change away from the working directory and back by its full name.
        if (binaries.Major < 16 && PathFor(folder) != folder)
            throw new BrokenWorldException(
                $"PostgreSQL {binaries.Major} runs as user '{user!.Name}', which may not pass all folders above {folder}. "
                + "Choose a data folder that everybody may pass, or run 'npm ci' for a PostgreSQL that needs none.");
    }

    private void Own(string path)
    {
        if (user is not null)
            Posix.ChangeOwner(path, user.Id, user.Group);
    }

    private List<string> InitdbArguments(PostgresBinaries binaries, string path, string passwordFile)
    {
        List<string> arguments =
        [
            "-D", PathFor(path), "-U", Role, "-E", "UTF8", "-A", "scram-sha-256", "--pwfile=" + passwordFile, "--no-instructions",
            "--locale=" + (OperatingSystem.IsMacOS() ? "C" : "C.UTF-8"),
        ];
        if (binaries.Major >= 17)
            arguments.AddRange(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        return arguments;
    }

    private async Task RunAsync(string program, IEnumerable<string> arguments, string workingFolder, string? input, CancellationToken ct)
    {
        using var process = ChildProcess.Start(StartInfo(program, arguments, workingFolder), user, Signal.Kill);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
        process.StandardInput.Close();
        await process.WaitForExitAsync(ct);
        var said = (await errors + await output).Trim();
        // --single ends with 0 whatever became of its statement.
        if (process.ExitCode != 0 || said.Contains("ERROR:", StringComparison.Ordinal))
            throw new BrokenWorldException($"{Path.GetFileName(program)} failed for {workingFolder}: {said}");
    }

    private static async Task<string> RunRootAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? output : throw new BrokenWorldException($"{program} {string.Join(' ', arguments)} failed.");
    }
}
