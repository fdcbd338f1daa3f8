using System.Diagnostics;
using Xunit;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>The interpreter that the tests of processes use: the system's, whose packages a distribution installs.</summary>
internal static class PythonInterpreter
{
    public const string Path = "/usr/bin/python3";

    /// <summary>Skips the test, saying why, where the interpreter lacks a module.</summary>
    public static void Needs(params string[] modules)
    {
        Assert.SkipUnless(File.Exists(Path), $"{Path} is not installed.");
        foreach (var module in modules)
            Assert.SkipUnless(Run("-I", "-c", $"import {module}").Code == 0, $"{Path} has no module {module} (Debian: python3-{module}).");
    }

    public static (int Code, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result + errors);
    }
}
