using System.Runtime.CompilerServices;

namespace ModelHub.GraphQL.Execution;

/// <summary>Typed results as untyped ones; called by compiled resolvers.</summary>
internal static class Awaited
{
    public static ValueTask<object?> Task<T>(Task<T> task)
    {
        return task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : new ValueTask<object?>(Slow(task));

        static async Task<object?> Slow(Task<T> task) => await task;
    }

    public static ValueTask<object?> ValueTask<T>(ValueTask<T> task)
    {
        return task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : new ValueTask<object?>(Slow(task));

        static async Task<object?> Slow(ValueTask<T> task) => await task;
    }

    public static async IAsyncEnumerable<object?> Stream<T>(IAsyncEnumerable<T> events, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var message in events.WithCancellation(ct))
            yield return message;
    }

    public static async IAsyncEnumerable<object?> LaterStream<T>(Task<IAsyncEnumerable<T>> events, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var message in (await events).WithCancellation(ct))
            yield return message;
    }
}
