using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Tabular;

internal enum TabularTask { Classification, Regression }

/// <summary>What the built-in trainer is told: the pipeline's definition with the run's parameters laid over it.</summary>
internal sealed record TabularDefinition
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly string[] Fields = [.. typeof(TabularDefinition).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    /// <summary>The column to predict.</summary>
    public string Target { get; init; } = "";

    /// <summary>The columns to predict from; null takes every column but the target and the excluded.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Null: classification when the target has two values, else regression.</summary>
    public TabularTask? Task { get; init; }

    /// <summary>The weights of the L2 penalty to choose from, each above 0.</summary>
    public IReadOnlyList<double> Lambdas { get; init; } = [1e-4, 1e-3, 1e-2, 1e-1, 1];

    /// <summary>The one weight to take, without folds to choose it by; null chooses.</summary>
    public double? Lambda { get; init; }

    public int Folds { get; init; } = 5;

    /// <summary>Start from the coefficients of the parent version, matched by feature name.</summary>
    public bool WarmStart { get; init; } = true;

    public int Seed { get; init; } = 1;

    /// <summary>The share of rows kept out of training, on which the metrics are measured.</summary>
    public double Holdout { get; init; } = 0.2;

    /// <summary>The class whose probability is modelled; null takes the last of the two in order.</summary>
    public string? PositiveClass { get; init; }

    /// <exception cref="BadInputException">A field is unknown, of the wrong type or outside its limits.</exception>
    public static TabularDefinition Parse(JsonElement definition, JsonElement? parameters)
    {
        var laidOver = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var layer in new[] { definition, parameters ?? default })
            if (layer.ValueKind == JsonValueKind.Object)
                foreach (var property in layer.EnumerateObject()) laidOver[property.Name] = property.Value;
        if (laidOver.Keys.FirstOrDefault(name => !Fields.Contains(name, StringComparer.Ordinal)) is { } unknown)
            throw new BadInputException($"The pipeline's definition: {unknown}: no such field; there are {string.Join(", ", Fields)}.");
        try
        {
            return JsonSerializer.SerializeToElement(laidOver).Deserialize<TabularDefinition>(Json)!.Checked();
        }
        catch (JsonException e)
        {
            throw new BadInputException($"The pipeline's definition: {e.Path?.TrimStart('$', '.')}: not a value that this field takes.", e);
        }
    }

    private TabularDefinition Checked()
    {
        Demand(!string.IsNullOrWhiteSpace(Target), "target", "name the column to predict");
        Demand(Features is null or { Count: > 0 }, "features", "give at least one column, or leave it out");
        Demand(Lambdas is { Count: >= 1 and <= 50 } && Lambdas.All(l => l > 0 && double.IsFinite(l)), "lambdas", "give 1 to 50 numbers above 0");
        Demand(Lambda is null || (Lambda > 0 && double.IsFinite(Lambda.Value)), "lambda", "give a number above 0, or leave it out");
        Demand(Folds is >= 2 and <= 20, "folds", "must be 2 to 20");
        Demand(Holdout is >= 0.05 and <= 0.5, "holdout", "must be 0.05 to 0.5");
        return this;

        static void Demand(bool holds, string field, string what)
        {
            if (!holds) throw new BadInputException($"The pipeline's definition: {field}: {what}.");
        }
    }
}
