using System.Collections.Concurrent;

namespace ModelHub.Node.Serving;

/// <summary>
/// Threads for runs that take long, apart from the pool that answers everybody: one that hangs is missed by nobody.
/// As many as are asked for at once; one that nobody asked for in ten seconds ends.
/// </summary>
internal static class RunThreads
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentStack<Worker> Resting = new();

    public static void Start(Action work)
    {
        while (Resting.TryPop(out var worker))
            if (worker.TryGive(work))
                return;
        new Worker(work).Start();
    }

    private sealed class Worker(Action first) : IDisposable
    {
        private const int Busy = 0;
        private const int Free = 1;
        private const int Ended = 2;
        private readonly SemaphoreSlim given = new(0);
        private Action? work = first;
        private int state;

        public void Start() => new Thread(Loop) { IsBackground = true, Name = "run" }.Start();

        /// <returns>false when it ended meanwhile</returns>
        public bool TryGive(Action next)
        {
            if (Interlocked.CompareExchange(ref state, Busy, Free) != Free)
                return false;
            work = next;
            given.Release();
            return true;
        }

        public void Dispose() => given.Dispose();

        private void Loop()
        {
            while (true)
            {
                work!();
                work = null;
                Volatile.Write(ref state, Free);
                Resting.Push(this);
                if (given.Wait(Rest))
                    continue;
                if (Interlocked.CompareExchange(ref state, Ended, Free) == Free)
                {
                    Dispose();
                    return;
                }
                // Work was given this moment: its signal follows.
                given.Wait();
            }
        }
    }
}
