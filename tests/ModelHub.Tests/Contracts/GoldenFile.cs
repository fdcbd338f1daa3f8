using System.Runtime.CompilerServices;
using Xunit;

namespace ModelHub.Tests.Contracts;

/// <summary>Text that other programs rely on, kept beside the tests. UPDATE_GOLDEN=1 rewrites it.</summary>
internal static class GoldenFile
{
    public static void Holds(string name, string text, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"No golden file {name}: run with UPDATE_GOLDEN=1 and look at it.");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
