namespace ModelHub.Sockets;

/// <summary>
/// Sockets under a number the kernel keeps for us: place in the table below, how often the place was given above, so that
/// an event which was on its way when its socket left finds nobody.
/// </summary>
internal sealed class SocketSlots
{
    private readonly Lock changes = new();
    private readonly Stack<int> free = new();
    private Place[] places = new Place[64];
    private int used;

    public ulong Add(PolledSocket socket)
    {
        lock (changes)
        {
            if (!free.TryPop(out var at))
            {
                if (used == places.Length)
                    Volatile.Write(ref places, [.. places, .. new Place[used]]);
                places[at = used++] = new();
            }
            var place = places[at];
            var number = ((ulong)++place.Times << 32) | (uint)at;
            Volatile.Write(ref place.Holder, new(number, socket));
            return number;
        }
    }

    /// <param name="number">also of one that was never added, or has left: nothing happens then</param>
    public void Remove(ulong number)
    {
        lock (changes)
        {
            var at = (int)(uint)number;
            if (at >= used || places[at].Holder?.Number != number)
                return;
            places[at].Holder = null;
            free.Push(at);
        }
    }

    public PolledSocket? Find(ulong number) =>
        Volatile.Read(ref Volatile.Read(ref places)[(int)(uint)number].Holder) is { } holder && holder.Number == number ? holder.Socket : null;

    private sealed class Place
    {
        public Holder? Holder;
        public uint Times;
    }

    private sealed record Holder(ulong Number, PolledSocket Socket);
}
