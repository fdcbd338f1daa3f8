using System.Collections.Frozen;
using System.Globalization;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>The names of an enum's values as they stand in answers, by number.</summary>
internal sealed class EnumTexts(EnumDef definition)
{
    private const int Dense = 64;

    private readonly byte[]?[] low = new byte[]?[Dense];
    private readonly FrozenDictionary<long, byte[]> all = definition.Values
        .GroupBy(v => Convert.ToInt64(v.Value, CultureInfo.InvariantCulture))
        .ToFrozenDictionary(g => g.Key, g => ResponseWriter.EncodeText(g.Last().Name));

    /// <exception cref="LeafException">The enum has no such value.</exception>
    public void Write(ResponseWriter writer, long value)
    {
        if ((ulong)value < Dense)
            writer.Raw(low[value] ??= Text(value));
        else
            writer.Raw(Text(value));
    }

    private byte[] Text(long value) => all.GetValueOrDefault(value) ?? throw new LeafException($"{definition.Name} has no such value.");
}
