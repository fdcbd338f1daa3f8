namespace ModelHub.Tests.Sockets;

internal static class DisposeBoth
{
    public static IDisposable AsOne(this (IDisposable First, IDisposable Second) both) => new Both(both.First, both.Second);

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
