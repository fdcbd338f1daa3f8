using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>A rule of the registry said no: its name (such as GatesUnmet), its sentence, and what else it tells.</summary>
internal sealed record Refusal(string Name, string Message, JsonObject Fields)
{
    public JsonObject ToDocument()
    {
        var refused = new JsonObject { ["name"] = Name, ["message"] = Message };
        foreach (var (name, value) in Fields)
            refused[name] = value?.DeepClone();
        return new JsonObject { ["refused"] = refused };
    }

    public override string ToString() =>
        $"Refused: {Name}: {Message}" + string.Concat(Fields.Where(field => field.Value is not null).Select(field => $"\n  {field.Key}: {field.Value!.ToJsonString()}"));

    /// <summary>From an entry of a payload's errors.</summary>
    public static Refusal From(JsonObject error)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in error)
            if (Unaliased(name) is var field and not ("__typename" or "message" or "code"))
                fields[field] = value?.DeepClone();
        var type = (string?)error["__typename"] ?? "Error";
        return new Refusal(type.EndsWith("Error", StringComparison.Ordinal) ? type[..^5] : type, (string?)error["message"] ?? "", fields);
    }

    // Two refusals may have a field of one name and two types, so one asks for it as revision_expected.
    private static string Unaliased(string name) => name.StartsWith("__", StringComparison.Ordinal) ? name : name[(name.IndexOf('_') + 1)..];
}

/// <summary>Ends a command with exit code 2.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.ToString())
{
    public Refusal Refusal => refusal;
}
