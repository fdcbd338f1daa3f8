using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace ModelHub.Sockets.Connecting;

/// <summary>By a <see cref="PolledSocket"/>: what has waited goes on where the event came in.</summary>
internal sealed class PolledOutgoing : OutgoingSocket, ISocketUser, IValueTaskSource<int>
{
    private readonly Socket socket;
    private readonly PolledSocket polled;
    private readonly WriteWait room = new();
    private ManualResetValueTaskSourceCore<int> waiting;
    private Memory<byte> target;

    public PolledOutgoing(Socket socket, EventLoop loop)
    {
        this.socket = socket;
        polled = new(socket, this, loop);
    }

    public override int Loop => polled.Loop.Number;

    public void Begin() => polled.Begin();

    /// <summary>For one whose connect is under way.</summary>
    public async ValueTask ConnectedAsync(CancellationToken ct)
    {
        polled.Begin();
        var connected = room.Begin();
        using var patience = ct.UnsafeRegister(static socket => ((PolledOutgoing)socket!).polled.Cut(), this);
        polled.WaitToWrite();
        await connected;
        ct.ThrowIfCancellationRequested();
        if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not (int)SocketError.Success)
            throw new SocketException(error);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        while (true)
        {
            var n = polled.Receive(into.Span);
            if (n >= 0)
                return new(n);
            if (n != Outcome.Wait)
                return ValueTask.FromException<int>(Outcome.Exception(Outcome.ErrorOf(n)));
            waiting.Reset();
            target = into;
            if (polled.WaitToRead())
                return new(this, waiting.Version);
        }
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var n = polled.Send(bytes.Span);
        return n == bytes.Length ? default : SendRestAsync(bytes, n);
    }

    public override void Cut() => polled.Cut();

    void ISocketUser.Readable()
    {
        int n;
        while ((n = polled.Receive(target.Span)) == Outcome.Wait)
            if (polled.WaitToRead())
                return;
        if (n >= 0)
            waiting.SetResult(n);
        else
            waiting.SetException(Outcome.Exception(Outcome.ErrorOf(n)));
    }

    void ISocketUser.Writable() => room.End();

    void ISocketUser.HungUp(bool broken)
    {
        // Told by the next read.
    }

    int IValueTaskSource<int>.GetResult(short token) => waiting.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => waiting.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiting.OnCompleted(continuation, state, token, flags);

    protected override void Close()
    {
        polled.StopReading();
        polled.Close(abruptly: false);
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> bytes, int n)
    {
        while (true)
        {
            if (n is not (>= 0 or Outcome.Wait))
                throw Outcome.Exception(Outcome.ErrorOf(n));
            bytes = bytes[Math.Max(0, n)..];
            if (bytes.IsEmpty)
                return;
            var free = room.Begin();
            polled.WaitToWrite();
            await free;
            n = polled.Send(bytes.Span);
        }
    }

    private sealed class WriteWait : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> core;

        public ValueTask Begin()
        {
            core.Reset();
            return new(this, core.Version);
        }

        public void End() => core.SetResult(true);

        public void GetResult(short token) => core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            core.OnCompleted(continuation, state, token, flags);
    }
}
