using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using ModelHub.Sockets.Serving;
using Xunit;

namespace ModelHub.Tests.Sockets;

public sealed class ChainTests
{
    [Fact]
    public void What_goes_in_comes_out_whatever_the_pieces()
    {
        // Above zero: so many bytes are written; else so many are taken, as a reader or as a sender does.
        var steps = Gen.Choose(-9000, 9000).ArrayOf(60);
        Check.QuickThrowOnFailure(Prop.ForAll(steps.ToArbitrary(), Holds));
    }

    private static void Holds(int[] steps)
    {
        using var pool = new CountingPool();
        var chain = new Chain(pool);
        var expected = new Queue<byte>();
        byte next = 0;
        foreach (var step in steps)
            if (step > 0)
                for (var left = step; left > 0;)
                {
                    var room = chain.Room(left % 7 == 0 ? left : 0).Span;
                    var n = Math.Min(left, room.Length);
                    for (var i = 0; i < n; i++)
                        expected.Enqueue(room[i] = next++);
                    chain.Advance(n);
                    left -= n;
                }
            else if (!chain.IsEmpty)
                Take(ref chain, expected, -step);
        Assert.Equal(expected.ToArray(), chain.Bytes.ToArray());
        chain.Clear();
        Assert.Equal(0, pool.Rented);
    }

    private static void Take(ref Chain chain, Queue<byte> expected, int count)
    {
        if (count % 2 == 0)
        {
            var n = Math.Min(count, (int)chain.Bytes.Length);
            var until = chain.Bytes.GetPosition(n);
            Assert.Equal(Dequeued(expected, n), chain.Bytes.Slice(0, n).ToArray());
            chain.Take((Segment)until.GetObject()!, until.GetInteger());
            return;
        }
        var first = chain.First!.From(chain.Start);
        var sent = Math.Min(count, first.Length);
        Assert.Equal(Dequeued(expected, sent), first[..sent].ToArray());
        chain.Take(sent);
    }

    private static byte[] Dequeued(Queue<byte> queue, int count) => [.. Enumerable.Range(0, count).Select(_ => queue.Dequeue())];

    /// <summary>Blocks of 4,096 bytes, and how many of them are out.</summary>
    private sealed class CountingPool : MemoryPool<byte>
    {
        public int Rented { get; private set; }

        public override int MaxBufferSize => 4096;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Rented++;
            return new Block(this);
        }

        protected override void Dispose(bool disposing)
        {
            // Its blocks are the collector's.
        }

        private sealed class Block(CountingPool pool) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[4096];

            public void Dispose() => pool.Rented--;
        }
    }
}
