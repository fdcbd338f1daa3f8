namespace ModelHub.Domain.Webhooks;

/// <summary>When a message that failed is tried again: soon at first, then ever more rarely, over a day; then it is parked.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    public static int MostAttempts => Pauses.Length + 1;

    /// <param name="attempts">Tries so far, the last one included.</param>
    /// <param name="chance">From 0 up to 1: many receivers that failed at once are not asked at once again.</param>
    /// <returns>Null when it is given up.</returns>
    public static TimeSpan? After(int attempts, double chance) =>
        // 3 tries, chance 0.5 → 2 minutes; 0 → 10 % less; 11 tries → parked, 23 h 43 min after the first
        attempts > Pauses.Length ? null : Pauses[attempts - 1] * (0.9 + (0.2 * chance));
}
