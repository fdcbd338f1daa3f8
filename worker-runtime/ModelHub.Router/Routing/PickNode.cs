namespace ModelHub.Router.Routing;

/// <summary>
/// Power of two choices: of two nodes at random the one with less in work. Nodes that are out come last, nodes
/// already tried for this request not at all.
/// </summary>
internal static class PickNode
{
    /// <param name="tried">bit i stands for target i</param>
    /// <returns>index of the target, or -1</returns>
    public static int Next(Target[] targets, ulong tried)
    {
        var healthy = Choose(targets, tried, isOut: false);
        return healthy >= 0 ? healthy : Choose(targets, tried, isOut: true);
    }

    private static int Choose(Target[] targets, ulong tried, bool isOut)
    {
        Span<int> open = stackalloc int[Math.Min(targets.Length, 64)];
        var count = 0;
        for (var i = 0; i < open.Length; i++)
            if ((tried & (1UL << i)) == 0 && targets[i].IsOut == isOut)
                open[count++] = i;
        if (count <= 1)
            return count == 0 ? -1 : open[0];
        var first = Random.Shared.Next(count);
        var second = Random.Shared.Next(count - 1);
        if (second >= first)
            second++;
        return targets[open[first]].Node.Outstanding <= targets[open[second]].Node.Outstanding ? open[first] : open[second];
    }
}
