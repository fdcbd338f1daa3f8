using ModelHub.Protocol;

namespace ModelHub.Router.Forwarding;

/// <summary>Lets in who the access table names for this environment and model; the table is replaced whole.</summary>
internal sealed class Door(TimeProvider time)
{
    private volatile AccessTable table = AccessTable.Empty;

    public AccessTable Table
    {
        get => table;
        set => table = value;
    }

    /// <returns>null to go on, else the status to answer</returns>
    public int? Refuses(HttpContext context, string environment, string model) =>
        table.Check(context.Request.Headers.Authorization, model, environment, time.GetUtcNow()) switch
        {
            AccessVerdict.Granted => null,
            AccessVerdict.Denied => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status401Unauthorized,
        };
}
