using System.Globalization;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Gates;

/// <summary>
/// Whether callers of one signature can call another unchanged. An input may widen (a fixed dimension may become any),
/// an output may narrow (any may become fixed) and outputs may be added; nothing else may change.
/// </summary>
public static class Compatibility
{
    /// <summary>One sentence per break; none means compatible.</summary>
    public static IReadOnlyList<string> Breaks(Signature champion, Signature candidate) =>
        [.. InputBreaks(champion.Inputs, candidate.Inputs), .. OutputBreaks(champion.Outputs, candidate.Outputs)];

    private static IEnumerable<string> InputBreaks(IReadOnlyList<TensorSpec> old, IReadOnlyList<TensorSpec> wanted)
    {
        foreach (var gone in old.ExceptBy(wanted.Select(t => t.Name), t => t.Name))
            yield return $"input {gone.Name} is gone";
        foreach (var added in wanted.ExceptBy(old.Select(t => t.Name), t => t.Name))
            yield return $"input {added.Name} is new";
        foreach (var (before, after) in Pairs(old, wanted))
            foreach (var words in Differences($"input {before.Name}", before, after, accepts: after.Shape, given: before.Shape))
                yield return words;
    }

    private static IEnumerable<string> OutputBreaks(IReadOnlyList<TensorSpec> old, IReadOnlyList<TensorSpec> given)
    {
        foreach (var gone in old.ExceptBy(given.Select(t => t.Name), t => t.Name))
            yield return $"output {gone.Name} is gone";
        foreach (var (before, after) in Pairs(old, given))
        {
            foreach (var words in Differences($"output {before.Name}", before, after, accepts: before.Shape, given: after.Shape))
                yield return words;
            if (before.Labels is { } labels && !labels.SequenceEqual(after.Labels ?? []))
                yield return $"output {before.Name} has other labels";
        }
    }

    private static IEnumerable<(TensorSpec Before, TensorSpec After)> Pairs(IReadOnlyList<TensorSpec> old, IReadOnlyList<TensorSpec> now) =>
        old.Join(now, t => t.Name, t => t.Name, (before, after) => (before, after));

    private static IEnumerable<string> Differences(
        string what, TensorSpec before, TensorSpec after, IReadOnlyList<long> accepts, IReadOnlyList<long> given)
    {
        if (before.Datatype != after.Datatype)
            yield return $"{what} is {after.Datatype} instead of {before.Datatype}";
        if (before.Kind != after.Kind)
            yield return $"{what} is a {after.Kind} instead of a {before.Kind}";
        // accepts [-1, 20], given [1, 20] → fine; accepts [1, 20], given [-1, 20] → a break
        if (accepts.Count != given.Count || !accepts.Zip(given).All(d => d.First == -1 || d.First == d.Second))
            yield return $"{what} is {Show(after.Shape)} instead of {Show(before.Shape)}";
    }

    private static string Show(IReadOnlyList<long> shape) =>
        $"[{string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture)))}]";
}
