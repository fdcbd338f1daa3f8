namespace ModelHub.Worker.Data.DuckDb;

/// <summary>DuckDB could not run a statement; the message is its own.</summary>
internal sealed class DuckDbException(string message) : Exception(message);
