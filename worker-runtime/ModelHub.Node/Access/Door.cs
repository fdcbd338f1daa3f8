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
    public int? Refuses(HttpContext context, string? model)
    {
        string? header = context.Request.Headers.Authorization;
        var now = table;
        if (header is not null && GrantedBefore.Has(header, model, now))
            return null;
        var verdict = now.Check(header, model, environment: null, time.GetUtcNow());
        if (verdict == AccessVerdict.Granted)
            GrantedBefore.Keep(header!, model, now);
        return Status(verdict);
    }

    /// <summary>The same for who wants to load or unload versions of the model.</summary>
    public int? RefusesToOperate(HttpContext context, string model)
    {
        var verdict = table.Find(context.Request.Headers.Authorization, time.GetUtcNow(), out var key);
        return verdict == AccessVerdict.Granted && !AccessTable.MayOperate(key!, model, environment: null)
            ? StatusCodes.Status403Forbidden
            : Status(verdict);
    }

    private static int? Status(AccessVerdict verdict) => verdict switch
    {
        AccessVerdict.Granted => null,
        AccessVerdict.Denied => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status401Unauthorized,
    };
}
