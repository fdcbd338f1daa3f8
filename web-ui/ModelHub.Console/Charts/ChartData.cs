using System.Text.Json.Serialization;

namespace ModelHub.Console.Charts;

/// <summary>What a picture shows; how it is drawn stands in the scripts of this folder, by kind.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HeatMap), "heat")]
[JsonDerivedType(typeof(Bars), "bars")]
[JsonDerivedType(typeof(Lines), "lines")]
public abstract record ChartData;

/// <summary>Rows by windows of time.</summary>
/// <param name="Windows">When each ended.</param>
/// <param name="Values">By row, then by window; null where nothing can be said.</param>
/// <param name="Breached">Likewise; null where it was not judged.</param>
/// <param name="Limit">The value of the fullest shade; null: the greatest value is.</param>
/// <param name="Chosen">Row and window of the cell that is open; null when none is.</param>
public sealed record HeatMap(
    IReadOnlyList<string> Rows, IReadOnlyList<DateTimeOffset> Windows, IReadOnlyList<IReadOnlyList<double?>> Values, IReadOnlyList<IReadOnlyList<bool?>> Breached,
    double? Limit = null, IReadOnlyList<int>? Chosen = null) : ChartData;

/// <summary>Bars side by side, from zero.</summary>
/// <param name="Labels">One for each place.</param>
/// <param name="Unit">Set behind each figure, such as <c> %</c>.</param>
public sealed record Bars(IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series, string? Unit = null) : ChartData;

/// <summary>Values over time, or over steps.</summary>
/// <param name="Labels">Of the steps; times in ISO 8601 when <paramref name="Times"/>.</param>
/// <param name="Limit">A line that is dashed and named.</param>
/// <param name="Most">The end of the scale; null: the data say.</param>
public sealed record Lines(
    IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series, bool Times = false, string? Unit = null, bool FromZero = true, double? Limit = null, double? Most = null) : ChartData;

/// <param name="Values">One for each label; null is a gap.</param>
/// <param name="Dashed">For what is estimated, not observed.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double?> Values, bool Dashed = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChartData))]
internal sealed partial class ChartJson : JsonSerializerContext;
