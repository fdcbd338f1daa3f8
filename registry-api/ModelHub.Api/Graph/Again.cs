namespace ModelHub.Api.Graph;

/// <summary>
/// For work that expects no revision of its caller: somebody else's change in the same moment, such as a worker's note on how far it is,
/// is no reason to refuse it. It is read and decided anew.
/// </summary>
internal static class Again
{
    private const int Tries = 5;

    /// <param name="work">Reads what it changes, and commits; nothing of a refused try is stored.</param>
    public static async Task<Result<T>> OnConflictAsync<T>(this ModelHubDb db, Func<Task<Result<T>>> work)
        where T : notnull
    {
        for (var tried = 1; ; tried++)
        {
            var done = await work();
            if (tried == Tries || !done.IsRefused(out var refusal, out _) || refusal is not RevisionConflict)
                return done;
            db.ChangeTracker.Clear();
        }
    }
}
