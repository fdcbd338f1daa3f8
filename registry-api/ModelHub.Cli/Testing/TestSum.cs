using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelHub.Cli.Testing;

/// <summary>The sum over the projects' closing lines, such as "Passed!  - Failed:     0, Passed:     3, Skipped:     1, Total: …".</summary>
internal sealed partial record TestSum(int Passed = 0, int Failed = 0, int Skipped = 0)
{
    public TestSum Add(string line)
    {
        var match = ClosingLine().Match(line);
        int Count(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        return match.Success ? new TestSum(Passed + Count(2), Failed + Count(1), Skipped + Count(3)) : this;
    }

    public override string ToString() => $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : "");

    [GeneratedRegex(@"^\s*(?:Passed|Failed|Skipped)!\s+-\s+Failed:\s+(\d+), Passed:\s+(\d+), Skipped:\s+(\d+),")]
    private static partial Regex ClosingLine();
}
