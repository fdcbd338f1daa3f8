using System.Diagnostics;
using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>
/// How a client rides out that the API or its database is away for a moment: it asks again, changes under their
/// idempotency key, until it is answered.
/// </summary>
internal static class Patience
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<T> AgainAsync<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (IsOutage(e) && clock.Elapsed < Bound)
            {
                await Task.Delay(Pause, ct);
            }
        }
    }

    public static bool IsOutage(Exception failure) =>
        failure is HttpRequestException or IOException or JsonException or UnexpectedAnswerException or TaskCanceledException { InnerException: TimeoutException };
}
