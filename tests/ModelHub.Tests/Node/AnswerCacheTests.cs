using ModelHub.Inference;
using ModelHub.Node.Caching;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>What the cache of answers keeps and what it lets go.</summary>
public sealed class AnswerCacheTests
{
    private const int Capacity = 16 * 1024;
    private readonly ManualTime time = new();

    [Fact]
    public void Answers_are_given_for_their_own_key_only_though_all_hashes_are_equal()
    {
        var cache = new AnswerCache(Capacity, time, new ByteKeys(_ => 7));
        cache.Keep(Answer([1, 2], 10));
        cache.Keep(Answer([1, 3], 20));

        Assert.Equal(10, cache.Find([1, 2], null)!.Outputs[0].Tensor.Data[0]);
        Assert.Equal(20, cache.Find([1, 3], null)!.Outputs[0].Tensor.Data[0]);
        Assert.Null(cache.Find([1, 2, 0], null));
        Assert.Null(cache.Find([], null));
    }

    [Fact]
    public void It_never_holds_more_bytes_than_it_may_and_what_was_longest_not_asked_for_goes_first()
    {
        var cache = new AnswerCache(Capacity, time);
        var each = Answer([0, 0], 1).Bytes;
        var most = (int)(Capacity / each);

        for (var i = 0; i < most; i++)
            cache.Keep(Answer(Key(i), 1));
        Assert.NotNull(cache.Find(Key(0), null));
        cache.Keep(Answer(Key(most), 1));

        Assert.Equal(most * each, cache.Bytes);
        Assert.NotNull(cache.Find(Key(0), null));
        Assert.Null(cache.Find(Key(1), null));
        Assert.NotNull(cache.Find(Key(most), null));
    }

    [Fact]
    public void The_same_key_kept_again_takes_the_room_of_one_and_gives_the_newer_answer()
    {
        var cache = new AnswerCache(Capacity, time);
        cache.Keep(Answer([1], 10));
        var before = cache.Bytes;

        cache.Keep(Answer([1], 20));

        Assert.Equal(before, cache.Bytes);
        Assert.Equal(20, cache.Find([1], null)!.Outputs[0].Tensor.Data[0]);
    }

    [Fact]
    public void An_answer_older_than_the_asker_takes_is_none_and_goes()
    {
        var cache = new AnswerCache(Capacity, time);
        cache.Keep(Answer([1], 10, cache.Now));

        time.Pass(TimeSpan.FromSeconds(60));
        Assert.NotNull(cache.Find([1], TimeSpan.FromSeconds(60)));
        time.Pass(TimeSpan.FromTicks(1));
        Assert.NotNull(cache.Find([1], null));

        Assert.Null(cache.Find([1], TimeSpan.FromSeconds(60)));
        Assert.Null(cache.Find([1], null));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void One_large_answer_does_not_drive_out_the_others()
    {
        var cache = new AnswerCache(Capacity, time);
        cache.Keep(Answer([1], 10));

        cache.Keep(new KeptAnswer([2], [Output(new byte[Capacity / 16])], 0));

        Assert.Null(cache.Find([2], null));
        Assert.NotNull(cache.Find([1], null));
    }

    [Fact]
    public void A_version_that_is_unloaded_takes_its_own_answers_with_it_and_keeps_no_more()
    {
        var cache = new AnswerCache(Capacity, time);
        var (going, staying) = (new VersionAnswers(cache), new VersionAnswers(cache));
        using PooledBuffer goingKey = new(), stayingKey = new();
        var request = new InferRequest();
        Assert.True(going.TryKey(request, goingKey) && staying.TryKey(request, stayingKey));
        Keep(going, goingKey);
        Keep(staying, stayingKey);

        going.Close();
        Keep(going, goingKey);

        Assert.Null(cache.Find(goingKey.Written.Span, null));
        Assert.NotNull(cache.Find(stayingKey.Written.Span, null));
        Assert.False(going.TryKey(request, goingKey));
    }

    private static void Keep(VersionAnswers answers, PooledBuffer key) =>
        answers.Keep(key.Written.Span, _ => new OutputTensor(new long[] { 1 }, new byte[] { 1 }), 1);

    private static byte[] Key(int number) => [(byte)(number >> 8), (byte)number];

    private static KeptAnswer Answer(byte[] key, byte value, long at = 0) => new(key, [Output([value])], at);

    private static KeptOutput Output(byte[] data)
    {
        var output = new KeptOutput();
        output.TakeAll(new OutputTensor(new long[] { data.Length }, data));
        return output;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Pass(TimeSpan time) => now += time.Ticks;
    }
}
