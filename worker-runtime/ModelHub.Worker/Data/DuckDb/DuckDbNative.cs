using System.Runtime.InteropServices;

namespace ModelHub.Worker.Data.DuckDb;

/// <summary>The functions of libduckdb's C interface (duckdb.h) that the profile needs. State 0 is success.</summary>
internal static class DuckDbNative
{
    public const string Library = "duckdb";

    /// <summary>duckdb_result: its fields are deprecated or internal, so only its size counts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Result
    {
        private readonly nint deprecatedColumnCount;
        private readonly nint deprecatedRowCount;
        private readonly nint deprecatedRowsChanged;
        private readonly nint deprecatedColumns;
        private readonly nint deprecatedError;
        private readonly nint own;
    }

    [DllImport(Library, EntryPoint = "duckdb_open", CharSet = CharSet.Ansi, ExactSpelling = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string? path, out nint database);

    [DllImport(Library, EntryPoint = "duckdb_close", ExactSpelling = true)]
    public static extern void Close(ref nint database);

    [DllImport(Library, EntryPoint = "duckdb_connect", ExactSpelling = true)]
    public static extern int Connect(nint database, out nint connection);

    [DllImport(Library, EntryPoint = "duckdb_disconnect", ExactSpelling = true)]
    public static extern void Disconnect(ref nint connection);

    [DllImport(Library, EntryPoint = "duckdb_interrupt", ExactSpelling = true)]
    public static extern void Interrupt(nint connection);

    [DllImport(Library, EntryPoint = "duckdb_query", CharSet = CharSet.Ansi, ExactSpelling = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int Query(nint connection, [MarshalAs(UnmanagedType.LPUTF8Str)] string sql, out Result result);

    [DllImport(Library, EntryPoint = "duckdb_result_error", ExactSpelling = true)]
    public static extern nint ResultError(ref Result result);

    [DllImport(Library, EntryPoint = "duckdb_column_count", ExactSpelling = true)]
    public static extern ulong ColumnCount(ref Result result);

    [DllImport(Library, EntryPoint = "duckdb_destroy_result", ExactSpelling = true)]
    public static extern void DestroyResult(ref Result result);

    [DllImport(Library, EntryPoint = "duckdb_fetch_chunk", ExactSpelling = true)]
    public static extern nint FetchChunk(Result result);

    [DllImport(Library, EntryPoint = "duckdb_destroy_data_chunk", ExactSpelling = true)]
    public static extern void DestroyChunk(ref nint chunk);

    [DllImport(Library, EntryPoint = "duckdb_data_chunk_get_size", ExactSpelling = true)]
    public static extern ulong ChunkSize(nint chunk);

    [DllImport(Library, EntryPoint = "duckdb_data_chunk_get_vector", ExactSpelling = true)]
    public static extern nint ChunkVector(nint chunk, ulong column);

    [DllImport(Library, EntryPoint = "duckdb_vector_get_data", ExactSpelling = true)]
    public static extern nint VectorData(nint vector);

    /// <summary>A bit per row, 64 to a word, 1 = has a value; zero when every row has one.</summary>
    [DllImport(Library, EntryPoint = "duckdb_vector_get_validity", ExactSpelling = true)]
    public static extern nint VectorValidity(nint vector);
}
