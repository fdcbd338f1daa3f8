namespace ModelHub.Router.Sketching;

/// <summary>Draws by chance, fast: xorshift with 64 bits (G. Marsaglia, Xorshift RNGs, 2003). Used by one thread at a time.</summary>
internal struct Lottery(ulong seed)
{
    private ulong state = seed | 1;

    public bool Draws(double share)
    {
        if (share >= 1)
            return true;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (state >> 11) * (1.0 / (1UL << 53)) < share;
    }
}
