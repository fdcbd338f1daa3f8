using System.Text.Encodings.Web;
using System.Text.Json;
using ModelHub.Inference.Predict;

namespace ModelHub.Inference.Explaining;

/// <summary>Writes an explanation as JSON.</summary>
public static class ExplanationWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(PooledBuffer to, FieldPlan plan, Player[] players, InferRequest rows, Explanation explanation)
    {
        using var json = new Utf8JsonWriter(to, Options);
        json.WriteStartObject();
        json.WriteString("model_name"u8, plan.Model.Name);
        json.WriteString("model_version"u8, plan.Model.Version);
        json.WriteString("method"u8, explanation.Method);
        json.WriteString("space"u8, explanation.Space);
        json.WriteNumber("permutations"u8, explanation.Permutations);
        json.WriteNumber("seed"u8, explanation.Seed);
        json.WriteStartObject("background"u8);
        json.WriteNumber("rows"u8, explanation.Background);
        json.WriteString("of"u8, explanation.BackgroundOf switch { BackgroundKind.Rows => "rows", BackgroundKind.Mixed => "mixed", _ => "marginals" });
        json.WriteEndObject();
        json.WriteStartArray("explanations"u8);
        for (var row = 0; row < explanation.Rows.Length; row++)
        {
            json.WriteStartArray();
            foreach (var number in explanation.Rows[row])
                Number(json, plan, players, rows, row, number);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, FieldPlan plan, Player[] players, InferRequest rows, int row, ExplainedNumber number)
    {
        json.WriteStartObject();
        json.WriteString("output"u8, number.Of.Output);
        if (number.Of.Class is { } name)
            json.WriteString("class"u8, name);
        json.WriteNumber("prediction"u8, number.Prediction);
        json.WriteNumber("base"u8, number.Base);
        json.WriteNumber("residual"u8, number.Residual);
        json.WriteStartArray("columns"u8);
        for (var i = 0; i < players.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, players[i].Name);
            json.WritePropertyName("value"u8);
            players[i].Write(json, plan, rows, row);
            json.WriteNumber("phi"u8, number.Shares[i].Phi);
            if (number.Shares[i].StandardError is { } error)
                json.WriteNumber("standard_error"u8, error);
            else
                json.WriteNull("standard_error"u8);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
