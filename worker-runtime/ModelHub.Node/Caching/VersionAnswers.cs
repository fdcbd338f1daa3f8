using ModelHub.Inference;

namespace ModelHub.Node.Caching;

/// <summary>The kept answers of one version from its loading to its unloading; a version loaded again begins with none.</summary>
internal sealed class VersionAnswers(AnswerCache cache)
{
    private static long last;
    private readonly long number = Interlocked.Increment(ref last);
    private volatile bool closed;

    /// <summary>Writes the key of a request, unless it is too large to be kept.</summary>
    public bool TryKey(InferRequest request, PooledBuffer key)
    {
        if (closed || !cache.Takes(request.InputBytes))
            return false;
        key.Clear();
        key.Write(number);
        request.WriteCanonical(key);
        return true;
    }

    public KeptAnswer? Find(ReadOnlySpan<byte> key, TimeSpan? life) => cache.Find(key, life);

    /// <param name="outputs">as many as the request wants</param>
    public void Keep(ReadOnlySpan<byte> key, ModelHub.Inference.Predict.OutputAt outputs, int count)
    {
        var kept = new KeptOutput[count];
        long bytes = key.Length;
        for (var i = 0; i < count; i++)
        {
            var output = outputs(i);
            bytes += output.Data.Length;
            if (!cache.Takes(bytes))
                return;
            kept[i] = new KeptOutput();
            kept[i].TakeAll(output);
        }
        cache.Keep(new KeptAnswer(key.ToArray(), kept, cache.Now));
        // Unloaded meanwhile: nobody would ever ask for it.
        if (closed)
            Forget();
    }

    public void Close()
    {
        closed = true;
        Forget();
    }

    private void Forget()
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        BitConverter.TryWriteBytes(prefix, number);
        cache.Forget(prefix);
    }
}
