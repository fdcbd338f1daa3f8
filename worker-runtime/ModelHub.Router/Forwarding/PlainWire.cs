using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Forwarding;

/// <summary>Asks a node over kept-alive connections of our own. Nothing is allocated for a request whose connection is there.</summary>
internal sealed class PlainWire(RouterKey key, RouterOptions options)
{
    /// <param name="pool">the node's connections for this purpose</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptEnd> SendAsync(Target target, ConnectionPool pool, Exchange exchange)
    {
        var message = Compose(target, exchange);
        var connection = pool.Take();
        if (connection is not null)
        {
            var end = await TalkAsync(connection, message, exchange);
            // The node hung up while the connection lay idle, or something came on it that was sent before this was asked: that
            // tells nothing of what it answers. Once more on a new one.
            if (end is not (AttemptEnd.Broken or AttemptEnd.Malformed) || exchange.Answer.Count > 0 || exchange.Deadline.IsOver)
                return end;
        }
        try
        {
            connection = await pool.OpenAsync(exchange.Deadline);
        }
        catch (SocketException)
        {
            return exchange.Deadline.IsOver ? AttemptEnd.TimedOut : AttemptEnd.NotConnected;
        }
        return await TalkAsync(connection, message, exchange);
    }

    private ReadOnlyMemory<byte> Compose(Target target, Exchange exchange)
    {
        Span<byte> head = stackalloc byte[Exchange.HeadRoom];
        // Fits: the headers were measured when the request came in.
        var length = RequestHead.Write(head, exchange, target, key.Line);
        return exchange.Message(head[..length]);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptEnd> TalkAsync(NodeConnection connection, ReadOnlyMemory<byte> message, Exchange exchange)
    {
        exchange.Answer.Clear();
        connection.Begin(exchange.Deadline);
        exchange.Head.RequestId = exchange.RequestId;
        var leaving = exchange.Gone.UnsafeRegister(static c => ((NodeConnection)c!).Cut(), connection);
        var (end, read, headLength) = (AttemptEnd.Broken, HeadEnd.Incomplete, 0);
        try
        {
            await connection.SendAsync(message);
            while (read == HeadEnd.Incomplete && await connection.ReceiveAsync() is > 0 and var n)
                read = connection.Received(n, exchange.Head, out headLength);
            end = read switch
            {
                HeadEnd.Complete => await AnswerAsync(connection, headLength, exchange),
                HeadEnd.Malformed => AttemptEnd.Malformed,
                _ => AttemptEnd.Broken,
            };
        }
        catch (SocketException)
        {
            end = AttemptEnd.Broken;
        }
        finally
        {
            leaving.Dispose();
        }
        if (exchange.Rest is null)
            connection.Release(end is AttemptEnd.Answered or AttemptEnd.Unready && exchange.Head.KeepsAlive);
        if (end != AttemptEnd.Broken)
            return end;
        return exchange.Gone.IsCancellationRequested ? AttemptEnd.Abandoned : connection.TimedOut ? AttemptEnd.TimedOut : AttemptEnd.Broken;
    }

    // A short answer comes with its head, and then nothing is left to wait for.
    private ValueTask<AttemptEnd> AnswerAsync(NodeConnection connection, int headLength, Exchange exchange)
    {
        var head = exchange.Head;
        // Sent too early or too late: not what this request is answered with.
        if (!head.IsOfRequest)
            return new(AttemptEnd.Malformed);
        connection.BeginBody(head, headLength);
        if (head.Length > options.AnswerBytes)
            return new(AttemptEnd.TooLarge);
        if (head.IsChunked || head.Length > Math.Min(connection.Arrived.Length, options.HeldBytes))
            return BodyAsync(connection, exchange);
        var length = (int)head.Length;
        connection.Take(exchange.Answer.GetSpan(Math.Max(1, length))[..length]);
        exchange.Answer.Advance(length);
        return new(connection.IsClean ? NodeStatus.EndOf(head.Status) : AttemptEnd.Malformed);
    }

    /// <summary>Holds the answer until it is complete, so that a node dying in the middle costs nothing; what is too large for that flows.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptEnd> BodyAsync(NodeConnection connection, Exchange exchange)
    {
        var answer = exchange.Answer;
        if (exchange.Head.Length > options.HeldBytes)
        {
            exchange.Rest = connection;
            return AttemptEnd.Answered;
        }
        while (answer.Count <= options.HeldBytes)
        {
            var room = exchange.Head.IsChunked ? 16 * 1024 : (int)exchange.Head.Length - answer.Count;
            if (room == 0)
                return connection.IsClean ? NodeStatus.EndOf(exchange.Head.Status) : AttemptEnd.Malformed;
            var n = await connection.ReadAsync(answer.GetMemory(room), exchange.Deadline);
            if (n < 0)
                return connection.TimedOut ? AttemptEnd.Broken : Cut(exchange);
            if (n == 0)
                return connection.IsClean ? NodeStatus.EndOf(exchange.Head.Status) : AttemptEnd.Malformed;
            answer.Advance(n);
        }
        exchange.Rest = connection;
        return AttemptEnd.Answered;
    }

    // Cut short or no body of chunks: either way nothing of it goes to the caller.
    private static AttemptEnd Cut(Exchange exchange) => exchange.Gone.IsCancellationRequested ? AttemptEnd.Broken : AttemptEnd.Malformed;
}
