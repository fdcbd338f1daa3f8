namespace ModelHub.Api.Access;

/// <param name="PerSecond">In the long run.</param>
/// <param name="Burst">At once.</param>
internal sealed record RateLimitInput(double PerSecond, int Burst)
{
    public RateLimit Limit() => new(PerSecond, Burst);
}
