using System.Runtime.InteropServices;
using System.Text;

namespace ModelHub.Worker.Data.DuckDb;

/// <summary>
/// An in-memory DuckDB that can read the given files and nothing else: no other path, no network, no extension, and
/// no way to change that. Not for two threads at once.
/// </summary>
internal sealed class DuckDbSession : IDisposable
{
    private nint database;
    private nint connection;

    /// <param name="readable">The only files that statements may open.</param>
    /// <param name="scratch">Where intermediate results go when memory is short.</param>
    public DuckDbSession(IEnumerable<string> readable, string scratch, string memoryLimit = "1GB", int threads = 2)
    {
        Check(DuckDbNative.Open(null, out database), "open");
        Check(DuckDbNative.Connect(database, out connection), "connect");
        Execute($"""
            SET threads = {threads};
            SET memory_limit = {Quote(memoryLimit)};
            SET temp_directory = {Quote(scratch)};
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET allowed_paths = [{string.Join(", ", readable.Select(Quote))}];
            SET enable_external_access = false;
            SET lock_configuration = true;
            """);
    }

    /// <summary>Text as a SQL string.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Text as a SQL identifier.</summary>
    public static string Identifier(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public void Execute(string sql)
    {
        using var result = Run(sql);
    }

    /// <summary>All rows with every value as DuckDB writes it, null where there is none.</summary>
    public IReadOnlyList<string?[]> Rows(string query)
    {
        using var result = Run($"SELECT COLUMNS(*)::VARCHAR FROM ({query})");
        return result.Rows();
    }

    /// <summary>Stops the running statement, from any thread; it then fails with a <see cref="DuckDbException"/>.</summary>
    public void Interrupt() => DuckDbNative.Interrupt(connection);

    public void Dispose()
    {
        if (connection != 0) DuckDbNative.Disconnect(ref connection);
        if (database != 0) DuckDbNative.Close(ref database);
    }

    private DuckDbResult Run(string sql)
    {
        var state = DuckDbNative.Query(connection, sql, out var native);
        var result = new DuckDbResult(native);
        if (state == 0) return result;
        using (result) throw new DuckDbException(result.Error());
    }

    private static void Check(int state, string step)
    {
        if (state != 0) throw new DuckDbException($"DuckDB failed to {step}.");
    }

    private sealed class DuckDbResult(DuckDbNative.Result native) : IDisposable
    {
        private DuckDbNative.Result native = native;

        public string Error() => Marshal.PtrToStringUTF8(DuckDbNative.ResultError(ref native)) ?? "DuckDB gave no reason.";

        public List<string?[]> Rows()
        {
            var rows = new List<string?[]>();
            var columns = (int)DuckDbNative.ColumnCount(ref native);
            for (var chunk = DuckDbNative.FetchChunk(native); chunk != 0; chunk = DuckDbNative.FetchChunk(native))
            {
                Read(chunk, columns, rows);
                DuckDbNative.DestroyChunk(ref chunk);
            }
            return rows;
        }

        public void Dispose() => DuckDbNative.DestroyResult(ref native);

        private static void Read(nint chunk, int columns, List<string?[]> rows)
        {
            var first = rows.Count;
            var size = (int)DuckDbNative.ChunkSize(chunk);
            for (var row = 0; row < size; row++) rows.Add(new string?[columns]);
            for (var column = 0; column < columns; column++)
            {
                var vector = DuckDbNative.ChunkVector(chunk, (ulong)column);
                var (data, validity) = (DuckDbNative.VectorData(vector), DuckDbNative.VectorValidity(vector));
                for (var row = 0; row < size; row++)
                    if (validity == 0 || (Marshal.ReadInt64(validity, row / 64 * 8) >> (row % 64) & 1) == 1)
                        rows[first + row][column] = Text(data + row * 16);
            }
        }

        /// <summary>A string of 16 bytes: its length, then up to 12 bytes in place, or 4 bytes and a pointer to all.</summary>
        private static string Text(nint at)
        {
            var length = Marshal.ReadInt32(at);
            var bytes = new byte[length];
            Marshal.Copy(length <= 12 ? at + 4 : Marshal.ReadIntPtr(at, 8), bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
