using System.Diagnostics.CodeAnalysis;
using ModelHub.Protocol;

namespace ModelHub.Router.Control;

/// <summary>
/// Messages that wait to be told, bounded: while the link is away they are kept, and what was told shortly before it went is told again, since nobody says
/// whether it arrived. The API counts each once. Used by one thread at a time.
/// </summary>
/// <param name="most">of the sizes of all that wait; the oldest go first</param>
/// <param name="lost">told of each message there was no room for</param>
internal sealed class Untold<T>(TimeProvider time, int most, Func<T, int> sizeOf, Action<T> lost)
    where T : UpMessage
{
    private static readonly TimeSpan Doubtful = TimeSpan.FromSeconds(15);

    private readonly Queue<(long Since, T Message)> waiting = [];
    private readonly Queue<(long At, long Since, T Message)> told = [];
    private int size;

    public int Count => waiting.Count;

    public void Add(T message) => Add(time.GetTimestamp(), message);

    /// <summary>What is to be told next.</summary>
    /// <param name="waited">since it was added</param>
    public bool TryTake([MaybeNullWhen(false)] out T message, out TimeSpan waited)
    {
        var found = waiting.TryDequeue(out var next);
        (message, waited) = (next.Message, found ? time.GetElapsedTime(next.Since) : TimeSpan.Zero);
        if (!found)
            return false;
        size -= sizeOf(next.Message);
        told.Enqueue((time.GetTimestamp(), next.Since, next.Message));
        while (told.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Doubtful)
            told.Dequeue();
        return true;
    }

    /// <summary>The link went and came back: what was told within the last seconds of it may not have arrived.</summary>
    /// <param name="wentAt">on the clock of timestamps</param>
    public void TellAgain(long wentAt)
    {
        var later = waiting.ToList();
        waiting.Clear();
        size = 0;
        foreach (var (_, since, message) in told.Where(t => time.GetElapsedTime(t.At, wentAt) <= Doubtful))
            Add(since, message);
        told.Clear();
        later.ForEach(one => Add(one.Since, one.Message));
    }

    private void Add(long since, T message)
    {
        waiting.Enqueue((since, message));
        size += sizeOf(message);
        // The oldest go: what they belong to is judged already.
        while (size > most && waiting.Count > 1)
        {
            var oldest = waiting.Dequeue();
            size -= sizeOf(oldest.Message);
            lost(oldest.Message);
        }
    }
}
