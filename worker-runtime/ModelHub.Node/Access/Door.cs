using ModelHub.Protocol;

namespace ModelHub.Node.Access;

/// <summary>Lets in who the access table names; the table is replaced whole.</summary>
internal sealed class Door(TimeProvider time)
{
    private volatile AccessTable table = AccessTable.Empty;

    public AccessTable Table
    {
        get => table;
        set => table = value;
    }

    /// <summary>A node serves versions of every environment, so a direct caller needs a grant for all of them.</summary>
    /// <returns>null to go on, else the status to answer</returns>
    public int? Refuses(HttpContext context, string? model) =>
        table.Check(context.Request.Headers.Authorization, model, environment: null, time.GetUtcNow()) switch
        {
            AccessVerdict.Granted => null,
            AccessVerdict.Denied => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status401Unauthorized,
        };
}
