using System.Collections.Concurrent;

namespace ModelHub.Console.Live;

/// <summary>
/// Carries what a page showed when it was prerendered over to its circuit, so that the first interactive picture
/// is the one already on the screen. Each answer is taken once, soon, by the session it was given to.
/// </summary>
internal sealed class Handover(TimeProvider time)
{
    private static readonly TimeSpan keep = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<(string Token, string Question), (object Answer, DateTimeOffset Until)> waiting = new();

    public void Leave(string token, string question, object answer)
    {
        var now = time.GetUtcNow();
        foreach (var old in waiting.Where(entry => entry.Value.Until < now).ToArray())
            waiting.TryRemove(old);
        waiting[(token, question)] = (answer, now + keep);
    }

    public object? Take(string token, string question) =>
        waiting.TryRemove((token, question), out var found) && found.Until >= time.GetUtcNow() ? found.Answer : null;
}
