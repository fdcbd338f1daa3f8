using System.Text.Json;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Training.Search;

/// <summary>
/// Reads the field <c>search</c> of a pipeline's definition:
/// <c>{"parameters": {"lambda": {"min": 1e-5, "max": 10, "scale": "log"}, "warmStart": {"choices": [true, false]}}, "metric": "auc", "trials": 20,
/// "parallel": 2, "seed": 1, "validation": 0.2, "rungs": 3, "reduction": 3, "timeout": "1h"}</c>.
/// </summary>
public static class SearchDocument
{
    private static readonly string[] More = ["auc", "accuracy", "precision", "recall", "f1", "r2"];
    private static readonly string[] Less = ["log_loss", "brier", "rmse", "mae", "mse", "loss"];
    private static readonly string[] Fixed = [SearchRule.Field, "target", "command", "environment", "timeoutSeconds", "memoryBytes"];

    /// <param name="definition">A JSON object.</param>
    /// <param name="rule">Null when it asks for no search.</param>
    public static Refusal? Read(string definition, out SearchRule? rule)
    {
        using var json = JsonDocument.Parse(definition);
        rule = null;
        if (!json.RootElement.TryGetProperty(SearchRule.Field, out var search) || search.ValueKind == JsonValueKind.Null)
            return null;
        return Read(search.Clone()).IsRefused(out var refusal, out rule) ? refusal : null;
    }

    public static Refusal? Check(string definition) => Read(definition, out _);

    private static Result<SearchRule> Read(JsonElement search)
    {
        var fields = new StrictFields(search, "definition.search");
        var metric = fields.Text("metric", needed: true);
        var rule = new SearchRule(
            fields.Has("parameters") ? Parameters(search.GetProperty("parameters"), fields) : Missing(fields),
            Whole(fields, "trials", 20, 1, SearchRule.MostTrials),
            Whole(fields, "parallel", 2, 1, SearchRule.MostParallel),
            metric,
            Goal(fields, metric),
            Whole(fields, "seed", 1, 0, int.MaxValue),
            fields.Number("validation") ?? 0.2,
            Whole(fields, "rungs", 3, 1, SearchRule.MostRungs),
            Whole(fields, "reduction", 3, 2, SearchRule.MostReduction),
            fields.Has("timeout") ? fields.Time("timeout") : TimeSpan.FromHours(1),
            fields.Text("timeColumn") is { Length: > 0 } column ? column : null);
        if (rule.Validation is not (>= 0.05 and <= 0.5))
            fields.Refuse("validation", "0.05 to 0.5");
        if (rule.Timeout < TimeSpan.FromSeconds(1) || rule.Timeout > SearchRule.LongestTimeout)
            fields.Refuse("timeout", $"1s to {Durations.Write(SearchRule.LongestTimeout)}");
        fields.Take(Texts.Longer("definition.search.metric", metric, Limits.Name) ?? Texts.Longer("definition.search.timeColumn", rule.TimeColumn, Limits.Name));
        return fields.End() is { } refusal ? refusal : rule;
    }

    private static bool Goal(StrictFields fields, string metric)
    {
        switch (fields.Text("goal"))
        {
            case "maximise":
                return true;
            case "minimise":
                return false;
            case "":
                if (!More.Contains(metric) && !Less.Contains(metric))
                    fields.Refuse("goal", "maximise or minimise: nothing tells it for this metric");
                return More.Contains(metric);
            default:
                fields.Refuse("goal", "maximise or minimise");
                return true;
        }
    }

    private static int Whole(StrictFields fields, string name, int usual, int min, int max)
    {
        var number = fields.Has(name) ? fields.Whole(name) : usual;
        if (number < min || number > max)
            fields.Refuse(name, $"{min} to {max}");
        return Math.Clamp(number, min, max);
    }

    private static SearchedParameter[] Missing(StrictFields fields)
    {
        fields.Refuse("parameters", "is needed");
        return [];
    }

    private static List<SearchedParameter> Parameters(JsonElement given, StrictFields fields)
    {
        if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().Count() is < 1 or > SearchRule.MostParameters)
        {
            fields.Refuse("parameters", $"an object of 1 to {SearchRule.MostParameters} settings");
            return [];
        }
        var parameters = new List<SearchedParameter>();
        foreach (var (name, value) in given.EnumerateObject().Select(p => (p.Name, p.Value)))
        {
            if (name.Length is 0 or > Limits.Name || Fixed.Contains(name) || parameters.Exists(p => p.Name == name))
                fields.Refuse("parameters", $"\"{name}\" cannot be searched");
            var inner = new StrictFields(value, $"definition.search.parameters.{name}");
            parameters.Add(inner.Has("choices") ? Choice(name, inner) : Range(name, inner));
            fields.Take(inner.End());
        }
        return parameters;
    }

    private static SearchedParameter.Choice Choice(string name, StrictFields fields)
    {
        var values = fields.List("choices").ToList();
        if (values.Count is < 1 or > SearchRule.MostChoices)
            fields.Refuse("choices", $"1 to {SearchRule.MostChoices} values");
        return new(name, values);
    }

    private static SearchedParameter.Range Range(string name, StrictFields fields)
    {
        var (min, max) = (fields.Number("min", needed: true) ?? 0, fields.Number("max", needed: true) ?? 0);
        var (scale, type) = (fields.Text("scale"), fields.Text("type"));
        if (scale is not ("" or "linear" or "log"))
            fields.Refuse("scale", "linear or log");
        if (type is not ("" or "float" or "int"))
            fields.Refuse("type", "float or int");
        if (!(min < max) || Math.Abs(min) > 1e15 || Math.Abs(max) > 1e15)
            fields.Refuse("max", "above min, and both at most 1e15");
        if (scale == "log" && !(min > 0))
            fields.Refuse("min", "above 0 with the scale log");
        if (type == "int" && (min != Math.Floor(min) || max != Math.Floor(max)))
            fields.Refuse("min", "whole numbers with the type int");
        return new(name, min, max, scale == "log", type == "int");
    }
}
