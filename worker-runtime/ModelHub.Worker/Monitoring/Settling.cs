namespace ModelHub.Worker.Monitoring;

/// <summary>
/// After the database was away, what routers counted meanwhile still has to come in: for as long as that may take nothing is judged, since a window is
/// judged once.
/// </summary>
internal sealed class Settling(DateTimeOffset began)
{
    /// <summary>Steps follow one another within a second, so that a longer silence is a fault.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private DateTimeOffset seen = began;
    private DateTimeOffset until;

    /// <summary>The database answered.</summary>
    /// <returns>whether what is stored can be judged</returns>
    public bool IsOver(DateTimeOffset now)
    {
        if (now - seen > Silence)
            until = now + DueWindow.Grace;
        seen = now;
        return now >= until;
    }

    /// <summary>A step is done, however long it took.</summary>
    public void Done(DateTimeOffset now) => seen = now;
}
