namespace ModelHub.Worker.Data;

/// <summary>Fields as our strict reader reads them back.</summary>
internal static class CsvText
{
    public static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
