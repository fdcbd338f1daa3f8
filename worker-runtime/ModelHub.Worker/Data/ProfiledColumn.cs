using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <param name="Type">integer, number, boolean, date, timestamp, time, text or other.</param>
/// <param name="Value">SQL for the column's value; NULL also for numbers that are not finite: they have no place in a mean and none in JSON.</param>
/// <param name="EngineType">As DuckDB calls it.</param>
internal sealed record ProfiledColumn(string Name, string Type, string Value, string EngineType)
{
    public bool IsNumeric => Type is "integer" or "number";

    /// <summary>Whether smallest and largest mean something to a reader.</summary>
    public bool IsOrdered => Type is not ("text" or "other");

    public static IReadOnlyList<ProfiledColumn> Of(DuckDbSession session, string table = "data") =>
        [.. session.Rows($"SELECT column_name, column_type FROM (DESCRIBE {table})").Select(row => Of(row[0]!, row[1]!))];

    private static ProfiledColumn Of(string name, string engineType)
    {
        var identifier = DuckDbSession.Identifier(name);
        var type = engineType switch
        {
            "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT" => "integer",
            "DOUBLE" or "FLOAT" => "number",
            "BOOLEAN" => "boolean",
            "DATE" => "date",
            "TIME" => "time",
            "VARCHAR" => "text",
            _ when engineType.StartsWith("DECIMAL", StringComparison.Ordinal) => "number",
            _ when engineType.StartsWith("TIMESTAMP", StringComparison.Ordinal) => "timestamp",
            _ => "other",
        };
        return new(name, type, engineType is "DOUBLE" or "FLOAT" ? $"CASE WHEN isfinite({identifier}) THEN {identifier} END" : identifier, engineType);
    }
}
