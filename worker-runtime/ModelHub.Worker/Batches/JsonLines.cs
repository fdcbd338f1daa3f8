using System.Text;
using System.Text.Json;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

/// <summary>Rows of JSON-lines files: an object a line, in UTF-8. A field that is not there or null is missing; blank lines are skipped.</summary>
internal sealed class JsonLines(IReadOnlyList<(string Name, string Path)> files, IReadOnlyList<string> wanted) : IRows
{
    /// <summary>Characters of one line.</summary>
    private const int LineLength = 4 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly string?[] texts = new string?[wanted.Count];
    private readonly bool[] seen = new bool[wanted.Count];
    private int opened;
    private long line;
    private StreamReader? reader;

    public string? this[int column] => texts[column];

    public IReadOnlyList<string> Unseen => [.. wanted.Where((_, i) => !seen[i])];

    private string At => $"{files[opened - 1].Name}: line {line}";

    public bool Read()
    {
        while (true)
        {
            if (Next() is not { } text)
            {
                if (opened == files.Count) return false;
                reader?.Dispose();
                (reader, line) = (new StreamReader(files[opened++].Path, Strict, detectEncodingFromByteOrderMarks: false), 0);
            }
            else if (!string.IsNullOrWhiteSpace(text))
            {
                Take(text);
                return true;
            }
        }
    }

    public void Dispose() => reader?.Dispose();

    private string? Next()
    {
        try
        {
            var text = reader?.ReadLine();
            line++;
            // A byte order mark may lead.
            return line == 1 ? text?.TrimStart('\uFEFF') : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new BadInputException($"{files[opened - 1].Name}: near line {line + 1} there are bytes that are not UTF-8 text.", e);
        }
    }

    private void Take(string text)
    {
        if (text.Length > LineLength) throw new BadInputException($"{At} has more than {LineLength} characters, the limit.");
        try
        {
            using var row = JsonDocument.Parse(text, Options);
            if (row.RootElement.ValueKind != JsonValueKind.Object) throw new BadInputException($"{At} is no JSON object.");
            for (var i = 0; i < wanted.Count; i++)
            {
                texts[i] = row.RootElement.TryGetProperty(wanted[i], out var value) ? Text(value) : null;
                seen[i] |= value.ValueKind != JsonValueKind.Undefined;
            }
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{At} is no valid JSON: {e.Message.Split(" LineNumber")[0]}", e);
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
