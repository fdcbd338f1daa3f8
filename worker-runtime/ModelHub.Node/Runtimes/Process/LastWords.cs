namespace ModelHub.Node.Runtimes.Process;

/// <summary>The last line that a process wrote to its errors, read as it comes so that the process never waits for a reader.</summary>
internal sealed class LastWords
{
    private const int Length = 1000;

    private readonly Task reading;
    private string last = "";

    public LastWords(StreamReader errors) => reading = ReadAllAsync(errors);

    /// <param name="within">a child that holds the pipe open is not waited for longer</param>
    public async Task<string> ReadAsync(TimeSpan within)
    {
        await Task.WhenAny(reading, Task.Delay(within));
        return Volatile.Read(ref last);
    }

    private async Task ReadAllAsync(StreamReader errors)
    {
        var buffer = new char[Length];
        var line = "";
        for (int n; (n = await errors.ReadAsync(buffer)) > 0;)
        {
            var lines = (line + new string(buffer, 0, n)).Split('\n');
            line = lines[^1].Length > Length ? lines[^1][..Length] : lines[^1];
            if (lines.LastOrDefault(text => text.Trim().Length > 0) is { } said)
                Volatile.Write(ref last, said.Trim() is { Length: > Length } longer ? longer[..Length] : said.Trim());
        }
    }
}
