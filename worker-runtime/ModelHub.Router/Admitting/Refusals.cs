namespace ModelHub.Router.Admitting;

/// <summary>How many were turned away at the door, by status.</summary>
internal sealed class Refusals
{
    // The last stands for all others.
    private static readonly int[] Statuses = [400, 401, 403, 404, 429, 503, 0];
    private readonly long[] counts = new long[Statuses.Length];

    public IEnumerable<(string Status, long Count)> All =>
        Statuses.Select((status, i) => (status == 0 ? "other" : $"{status}", Interlocked.Read(ref counts[i])));

    public void Add(int status)
    {
        var at = Array.IndexOf(Statuses, status);
        Interlocked.Increment(ref counts[at >= 0 ? at : ^1]);
    }
}
