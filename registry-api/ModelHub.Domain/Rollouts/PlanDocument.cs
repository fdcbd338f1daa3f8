using System.Text.Json;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

/// <summary>
/// A rollout plan as people write it:
/// <code>{"name": "careful", "stages": [{"stage": "canary", "weight": 5, "hold": "30s", "minimumSamples": 200, "maximumTime": "10m",
/// "limits": {"maxErrorRate": 0.01}}, {"stage": "live"}]}</code>
/// Whatever is not known is refused by name; nothing is ignored.
/// </summary>
public static class PlanDocument
{
    public const int MostCharacters = 64 * 1024;

    public static Result<RolloutPlan> Parse(string text, string field = "plan")
    {
        if (text.Length > MostCharacters)
            return new InvalidInput(field, $"at most {MostCharacters} characters");
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return Read(json.RootElement, field);
        }
        catch (JsonException)
        {
            return new InvalidInput(field, "a JSON object, at most 8 deep, each field once");
        }
    }

    public static Result<RolloutPlan> Read(JsonElement json, string field = "plan")
    {
        var fields = new StrictFields(json, field);
        var name = fields.Text("name", needed: true);
        var stages = fields.List("stages").Select((stage, i) => ReadStage(stage, $"{field}.stages[{i}]", fields)).ToList();
        if (fields.End() is { } refusal)
            return refusal;
        var plan = new RolloutPlan(name, [.. stages.Select(stage => stage!)]);
        return plan.Check(field) is { } unfit ? unfit : plan;
    }

    /// <summary>The document that <see cref="Read"/> makes the same plan of.</summary>
    public static JsonElement Write(RolloutPlan plan) => JsonSerializer.SerializeToElement(new Dictionary<string, object>
    {
        ["name"] = plan.Name,
        ["stages"] = plan.Stages.Select(Write).ToArray(),
    });

    private static Stage? ReadStage(JsonElement json, string path, StrictFields whole)
    {
        var fields = new StrictFields(json, path);
        Stage? stage = fields.Text("stage", needed: true) switch
        {
            "shadow" => new Stage.Shadow(fields.Number("percent") ?? 100, fields.Whole("minimumSamples"), fields.Time("maximumTime"), ReadLimits(fields, path)),
            "canary" => new Stage.Canary(fields.Number("weight", needed: true) ?? 0, fields.Time("hold"), fields.Whole("minimumSamples"), fields.Time("maximumTime"), ReadLimits(fields, path)),
            "live" => new Stage.Live(),
            _ => null,
        };
        if (stage is null)
            fields.Refuse("stage", "shadow, canary or live");
        whole.Take(fields.End());
        return stage;
    }

    public static StageLimits ReadLimits(StrictFields of, string path)
    {
        var fields = of.Inner("limits", $"{path}.limits");
        var limits = new StageLimits(
            fields.Number("maxErrorRate"), fields.Number("maxErrorRateOverPrimary"), fields.Number("maxP50Ms"), fields.Number("maxP99Ms"),
            fields.Number("maxP50Ratio"), fields.Number("maxP99Ratio"), fields.Number("maxPredictionShift"), fields.Number("minAgreement"), fields.Number("minQuality"), fields.Number("maxQualityDrop"));
        of.Take(fields.End());
        return limits;
    }

    private static Dictionary<string, object> Write(Stage stage) => stage switch
    {
        Stage.Shadow s => new() { ["stage"] = s.Kind, ["percent"] = s.Percent, ["minimumSamples"] = s.MinimumSamples, ["maximumTime"] = Durations.Write(s.MaximumTime), ["limits"] = Write(s.Limits) },
        Stage.Canary c => new()
        {
            ["stage"] = c.Kind,
            ["weight"] = c.Weight,
            ["hold"] = Durations.Write(c.Hold),
            ["minimumSamples"] = c.MinimumSamples,
            ["maximumTime"] = Durations.Write(c.MaximumTime),
            ["limits"] = Write(c.Limits),
        },
        _ => new() { ["stage"] = stage.Kind },
    };

    public static Dictionary<string, double> Write(StageLimits limits) =>
        JsonSerializer.SerializeToElement(limits, JsonSerializerOptions.Web).EnumerateObject()
            .Where(limit => limit.Value.ValueKind == JsonValueKind.Number).ToDictionary(limit => limit.Name, limit => limit.Value.GetDouble());
}
