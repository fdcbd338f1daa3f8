namespace ModelHub.EndToEnd.Support;

/// <summary>The system's Python, in which the nodes of the shared stack run scikit-learn models where it is installed.</summary>
internal static class SystemPython
{
    public const string Path = "/usr/bin/python3";

    public static async Task<CommandResult> RunAsync(string program, CancellationToken ct) =>
        await OtherProgram.RunAsync(Path, ["-I", "-c", program], TimeSpan.FromMinutes(1), ct);

    /// <summary>Skips the test, saying why, where scikit-learn is not installed.</summary>
    public static async Task NeedsSklearnAsync(CancellationToken ct)
    {
        Assert.SkipUnless(File.Exists(Path), $"{Path} is not installed.");
        Assert.SkipUnless((await RunAsync("import sklearn, joblib", ct)).ExitCode == 0, $"{Path} has no scikit-learn (Debian: python3-sklearn python3-joblib).");
    }
}
