namespace ModelHub.Router.Wire;

/// <summary>Keeps objects for their next use; no more than <paramref name="most"/> of them.</summary>
internal sealed class Pool<T>(Func<T> make, int most)
    where T : class
{
    private readonly Stack<T> kept = new();

    public T Rent()
    {
        lock (kept)
            if (kept.TryPop(out var one))
                return one;
        return make();
    }

    public void Return(T one)
    {
        lock (kept)
            if (kept.Count < most)
                kept.Push(one);
    }
}
