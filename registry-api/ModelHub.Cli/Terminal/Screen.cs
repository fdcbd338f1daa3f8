using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelHub.Cli.Terminal;

/// <summary>
/// Where a command writes: its result to standard output, what it says on the way to standard error. With --json the result
/// is one document and nothing else may stand on standard output.
/// </summary>
internal sealed class Screen(TextWriter output, TextWriter errors, bool json, bool interactive)
{
    /// <summary>Documents are for scripts and for eyes: names and units stay as they are written.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Screen Standard(bool json) => new(Console.Out, Console.Error, json, !Console.IsErrorRedirected);

    public bool Json => json;

    /// <summary>True when a person looks at standard error.</summary>
    public bool Interactive => interactive;

    /// <summary>A line of the result for people; with --json it goes to standard error.</summary>
    public void Say(string line = "")
    {
        Redraw("");
        (json ? errors : output).WriteLine(line);
    }

    /// <summary>Something that is not the result: a warning, a fault, a hint.</summary>
    public void Note(string line)
    {
        Redraw("");
        errors.WriteLine(line);
    }

    /// <summary>The document of --json.</summary>
    public void Document(string document) => output.WriteLine(document);

    /// <summary>Draws over the current line of standard error; only for a person.</summary>
    public void Redraw(string line)
    {
        if (interactive)
            errors.Write($"\r\e[K{line}");
    }
}
