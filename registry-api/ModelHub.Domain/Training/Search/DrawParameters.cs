using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Domain.Training.Search;

/// <summary>
/// Settings drawn at random, each independent of the others, which finds good ones sooner than a grid when few of them matter (Bergstra,
/// Bengio: Random Search for Hyper-Parameter Optimization, 2012). The seed and the number of a trial give the same settings everywhere.
/// </summary>
public static class DrawParameters
{
    public static string Of(SearchRule rule, int number)
    {
        var drawn = new JsonObject();
        var random = new Draws((ulong)(uint)rule.Seed << 32 | (uint)number);
        foreach (var parameter in rule.Parameters)
            drawn[parameter.Name] = parameter switch
            {
                SearchedParameter.Choice choice => JsonNode.Parse(choice.Values[Math.Min(choice.Values.Count - 1, (int)(random.Next() * choice.Values.Count))].GetRawText()),
                SearchedParameter.Range { Whole: true } range => JsonValue.Create(Whole(range, random.Next())),
                SearchedParameter.Range range => JsonValue.Create(Number(range, random.Next())),
                _ => throw new InvalidOperationException($"{parameter} is no kind of parameter."),
            };
        return drawn.ToJsonString();
    }

    /// <summary>A definition with the settings of a trial laid over it, and without its search.</summary>
    public static JsonElement Over(JsonElement definition, string? parameters)
    {
        var laid = JsonNode.Parse(definition.GetRawText())!.AsObject();
        laid.Remove(SearchRule.Field);
        if (parameters is not null)
            foreach (var (name, value) in JsonNode.Parse(parameters)!.AsObject())
                laid[name] = value?.DeepClone();
        return JsonSerializer.SerializeToElement(laid);
    }

    private static double Number(SearchedParameter.Range range, double even) => range.Log
        ? Math.Clamp(Math.Exp(Math.Log(range.Min) + even * (Math.Log(range.Max) - Math.Log(range.Min))), range.Min, range.Max)
        : Math.Clamp(range.Min + even * (range.Max - range.Min), range.Min, range.Max);

    // Of 2 to 4 each has a third: 2 + ⌊3u⌋. By the logarithm the edges are those of rounding: 1.5 to 4.5.
    private static long Whole(SearchedParameter.Range range, double even) => range.Log
        ? (long)Math.Clamp(Math.Round(Number(range with { Min = range.Min - 0.5, Max = range.Max + 0.5 }, even), MidpointRounding.AwayFromZero), range.Min, range.Max)
        : (long)Math.Clamp(range.Min + Math.Floor(even * (range.Max - range.Min + 1)), range.Min, range.Max);

    /// <summary>SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): neighbouring seeds give unrelated draws.</summary>
    private sealed class Draws(ulong seed)
    {
        private ulong state = Mix(seed);

        /// <summary>0 to 1, without 1.</summary>
        public double Next()
        {
            state += 0x9E3779B97F4A7C15;
            return (Mix(state) >> 11) * (1.0 / (1UL << 53));
        }

        private static ulong Mix(ulong z)
        {
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
            z = (z ^ z >> 27) * 0x94D049BB133111EB;
            return z ^ z >> 31;
        }
    }
}
