using System.Linq.Expressions;

namespace ModelHub.Api.Graph;

/// <summary>
/// Who may see events and operations, judged by what they are about (<c>version:risk.credit-scoring@3</c>): with Read everywhere
/// all of it, else only what names a model, dataset or pipeline of one's own namespaces.
/// </summary>
internal static class Subject
{
    private static readonly string[] Named = ["model", "version", "dataset", "data-version", "endpoint", "pipeline"];

    // A name ends at its end, at the next part, at its version or at its environment.
    private static readonly string[] Ends = ["", ".%", "@%", "/%"];

    public static Expression<Func<T, bool>> Visible<T>(Caller caller, Expression<Func<T, string>> subject)
    {
        var namespaces = Permits.Namespaces(caller.Principal, Permission.Read);
        if (namespaces.Contains(Grant.Any))
            return _ => true;
        var like = Graph.Visible.AnyLike(from kind in Named
                                         from name in namespaces
                                         from end in Ends
                                         select $"{kind}:{name.Replace("_", "\\_", StringComparison.Ordinal)}{end}");
        return Expression.Lambda<Func<T, bool>>(Graph.Visible.Inline(like, subject.Body), subject.Parameters);
    }

    public static bool IsVisible(string subject, Caller caller)
    {
        if (caller.May(Permission.Read, Place.Everywhere) || Permits.Namespaces(caller.Principal, Permission.Read).Contains(Grant.Any))
            return true;
        var colon = subject.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !Named.Contains(subject[..colon]))
            return false;
        var name = subject[(colon + 1)..];
        var end = name.AsSpan().IndexOfAny('@', '/');
        return caller.May(Permission.Read, Place.Of(end < 0 ? name : name[..end]));
    }
}
