using System.Text;

namespace ModelHub.Worker.Training.Process;

/// <summary>Reads a stream as lines of UTF-8; an endless line is cut, so memory stays bounded.</summary>
internal static class BoundedLines
{
    public const int Length = 2_000;

    public static async Task ReadAsync(Stream stream, Action<string> line)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var buffer = new char[4096];
        var text = new StringBuilder();
        var cut = false;
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
            foreach (var c in buffer.AsSpan(0, read).ToArray())
            {
                if (c == '\n')
                {
                    line(Ended(text, cut));
                    cut = false;
                }
                else if (text.Length < Length) text.Append(c);
                else cut = true;
            }
        if (text.Length > 0) line(Ended(text, cut));
    }

    private static string Ended(StringBuilder text, bool cut)
    {
        var line = text.ToString().TrimEnd('\r') + (cut ? " … (cut)" : "");
        text.Clear();
        return line;
    }
}
