using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ModelHub.Sockets.Serving;

/// <summary>A caller's connection, as the web server takes it.</summary>
internal sealed class ServedConnection : DefaultConnectionContext, ISocketUser, IDuplexPipe, IMemoryPoolFeature, IConnectionSocketFeature
{
    private static readonly TimeSpan LongestLinger = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource closed = new();
    private readonly PolledSocket polled;
    private readonly SocketReader reader;
    private readonly SocketWriter writer;
    private int isClosed;
    private int isDisposed;
    private bool isAborted;

    public ServedConnection(Socket socket, MemoryPool<byte> pool, EventLoop loop, string id)
        : base(id)
    {
        (Socket, MemoryPool) = (socket, pool);
        polled = new(socket, this, loop);
        reader = new(pool, Closed);
        writer = new(pool);
        reader.Begin(polled);
        writer.Begin(polled);
        Transport = this;
        ConnectionClosed = closed.Token;
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionSocketFeature>(this);
    }

    public PipeReader Input => reader;

    public PipeWriter Output => writer;

    public Socket Socket { get; }

    public MemoryPool<byte> MemoryPool { get; }

    public void Begin() => polled.Begin();

    void ISocketUser.Readable() => reader.Readable();

    void ISocketUser.Writable() => writer.Writable();

    void ISocketUser.HungUp(bool broken)
    {
        if (broken || polled.HasEnded())
            Closed();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        isAborted = true;
        reader.Fail(abortReason);
        writer.SendNow();
        polled.Cut();
        Closed();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        writer.Complete();
        reader.Complete();
        await SentAsync();
        if (!isAborted && !writer.IsCutShort)
            polled.Cut();
        polled.Close(isAborted || writer.IsCutShort);
        Closed();
        await base.DisposeAsync();
    }

    // A caller that takes nothing any more does not hold its connection for ever.
    private async ValueTask SentAsync()
    {
        var sent = writer.SentAsync();
        if (sent.IsCompleted)
            return;
        try
        {
            await sent.WaitAsync(LongestLinger);
        }
        catch (TimeoutException)
        {
            writer.GiveUp();
        }
    }

    // Whoever is told may take long, and this may be the thread of other connections.
    private void Closed()
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closed, preferLocal: false);
    }
}
