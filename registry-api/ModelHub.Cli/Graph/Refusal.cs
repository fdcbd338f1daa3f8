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

    // Two refusals may have a field of one name and two types, so each is asked for as f12_name.
    private static string Unaliased(string name) =>
        name.IndexOf('_') is > 1 and var cut && name[0] == 'f' && name[1..cut].All(char.IsAsciiDigit) ? name[(cut + 1)..] : name;
}

/// <summary>Ends a command with exit code 2.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.ToString())
{
    public Refusal Refusal => refusal;
}
