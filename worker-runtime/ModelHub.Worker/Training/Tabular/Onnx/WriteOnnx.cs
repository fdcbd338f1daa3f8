using System.Globalization;
using System.Text.Json;
using ModelHub.Onnx;

namespace ModelHub.Worker.Training.Tabular.Onnx;

/// <summary>
/// A linear model as an ONNX file: one input per raw column (float [N,1] or string [N,1]), named as the column.
/// A classifier gives label (int64 [N]) and probabilities (float [N,2], classes in the metadata modelhub.labels);
/// a regression gives prediction (float [N]). The arithmetic runs in 64 bits between 32-bit ends, so a served answer
/// is the trainer's own to the last float. Internal names begin with "modelhub/", which no column may.
/// </summary>
internal static class WriteOnnx
{
    public const string LabelsKey = "modelhub.labels";

    /// <summary>The same list under the name that the serving side reads.</summary>
    public const string ClassesKey = "modelhub.classes";

    public const string FeaturesKey = "modelhub.features";
    public const string CoefficientsKey = "modelhub.coefficients";
    public const string TargetKey = "modelhub.target";

    public static byte[] Of(LinearModel model)
    {
        var graph = new OnnxGraph("modelhub-linear");
        var encoded = Encode(graph, model.Space);
        var weights = graph.Constant("modelhub/weights", model.Coefficients[..^1], model.Space.Width, 1);
        var intercept = graph.Constant("modelhub/intercept", [model.Coefficients[^1]], 1);
        var linear = graph.Node("Add", [graph.Node("MatMul", [encoded, weights]), intercept]);
        if (model.Classes is { } classes) Classify(graph, linear, classes);
        else
        {
            var flat = graph.Node("Reshape", [linear, graph.Constant("modelhub/rows", [-1L], 1)]);
            graph.NodeTo("prediction", "Cast", [flat], OnnxGraph.Attribute("to", (int)ElementType.Float32));
            graph.Output("prediction", ElementType.Float32);
        }
        Describe(graph, model);
        return graph.ToFile();
    }

    /// <summary>
    /// The value of the int64 output for each class: the class itself when both are whole numbers, else its position.
    /// </summary>
    public static long[] LabelValues(IReadOnlyList<string> classes) =>
        classes.All(c => long.TryParse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? [.. classes.Select(c => long.Parse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))]
            : [.. classes.Select((_, i) => (long)i)];

    private static string Encode(OnnxGraph graph, FeatureSpace space)
    {
        var parts = new List<string>();
        if (space.Numeric.Count > 0) parts.Add(Standardise(graph, space.Numeric));
        foreach (var feature in space.Categorical)
        {
            var input = graph.Input(feature.Column, ElementType.String, 1);
            if (feature.Categories.Count == 0) continue;
            var oneHot = graph.MlNode("OneHotEncoder", [input], OnnxGraph.Attribute("cats_strings", feature.Categories), OnnxGraph.Attribute("zeros", 1));
            var flat = graph.Node("Flatten", [oneHot], OnnxGraph.Attribute("axis", 1));
            parts.Add(graph.Node("Cast", [flat], OnnxGraph.Attribute("to", (int)ElementType.Float64)));
        }
        return parts is [var only] ? only : graph.Node("Concat", [.. parts], OnnxGraph.Attribute("axis", 1));
    }

    private static string Standardise(OnnxGraph graph, IReadOnlyList<NumericFeature> features)
    {
        var inputs = features.Select(f => graph.Input(f.Column, ElementType.Float32, 1)).ToArray();
        var raw = inputs is [var only] ? only : graph.Node("Concat", inputs, OnnxGraph.Attribute("axis", 1));
        var wide = graph.Node("Cast", [raw], OnnxGraph.Attribute("to", (int)ElementType.Float64));
        var means = graph.Constant("modelhub/means", [.. features.Select(f => f.Mean)], features.Count);
        var scales = graph.Constant("modelhub/scales", [.. features.Select(f => f.Scale)], features.Count);
        var scaled = graph.Node("Div", [graph.Node("Sub", [wide, means]), scales]);
        return graph.Node("Where", [graph.Node("IsNaN", [wide]), graph.Constant("modelhub/zero", [0.0], 1), scaled]);
    }

    private static void Classify(OnnxGraph graph, string linear, IReadOnlyList<string> classes)
    {
        var positive = graph.Node("Sigmoid", [linear]);
        var negative = graph.Node("Sub", [graph.Constant("modelhub/one", [1.0], 1), positive]);
        var both = graph.Node("Concat", [negative, positive], OnnxGraph.Attribute("axis", 1));
        var values = graph.Constant("modelhub/classes", LabelValues(classes), 2);
        // Of equal halves ArgMax takes the first, the negative class.
        var best = graph.Node("ArgMax", [both], OnnxGraph.Attribute("axis", 1), OnnxGraph.Attribute("keepdims", 0));
        graph.NodeTo("label", "Gather", [values, best]);
        graph.Output("label", ElementType.Int64);
        graph.NodeTo("probabilities", "Cast", [both], OnnxGraph.Attribute("to", (int)ElementType.Float32));
        graph.Output("probabilities", ElementType.Float32, 2);
    }

    private static void Describe(OnnxGraph graph, LinearModel model)
    {
        var features = model.Space.Numeric.Select(f => f.Column).Concat(model.Space.Categorical.Select(f => f.Column));
        graph.Metadata(TargetKey, model.Target);
        graph.Metadata(FeaturesKey, JsonSerializer.Serialize(features));
        graph.Metadata(CoefficientsKey, JsonSerializer.Serialize(model.Raw(), JsonSerializerOptions.Web));
        if (model.Classes is null) return;
        graph.Metadata(LabelsKey, JsonSerializer.Serialize(model.Classes));
        graph.Metadata(ClassesKey, JsonSerializer.Serialize(model.Classes));
    }
}
