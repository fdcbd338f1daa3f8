namespace ModelHub.Worker.Data;

/// <summary>The stated limits of a tabular data file; what lies beyond is refused with the limit in the message.</summary>
internal static class DataLimits
{
    /// <summary>Columns of one file.</summary>
    public const int Columns = 2_000;

    /// <summary>Characters of one field.</summary>
    public const int FieldLength = 65_536;

    /// <summary>Characters of one column name.</summary>
    public const int NameLength = 200;
}
