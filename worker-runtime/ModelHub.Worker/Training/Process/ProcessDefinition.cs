using System.Text.Json;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Process;

/// <summary>What the process trainer is told. Every field that is not one of these is a parameter for the command.</summary>
/// <param name="Command">Program and arguments; never a shell line.</param>
/// <param name="MemoryBytes">Private memory of each process.</param>
/// <param name="Parameters">A JSON object.</param>
internal sealed record ProcessDefinition(
    IReadOnlyList<string> Command, TimeSpan Timeout, long MemoryBytes, IReadOnlyDictionary<string, string> Environment, string Parameters)
{
    private const long LeastMemory = 64L << 20;
    private const long MostMemory = 1L << 40;
    private const int MostSeconds = 7 * 24 * 3600;

    private static readonly string[] Own = ["command", "timeoutSeconds", "memoryBytes", "environment"];

    /// <exception cref="BadInputException">A field is missing, of the wrong type or outside its limits.</exception>
    public static ProcessDefinition Parse(JsonElement definition)
    {
        var parameters = definition.EnumerateObject().Where(p => !Own.Contains(p.Name)).ToDictionary(p => p.Name, p => p.Value);
        return new(
            Texts(definition, "command") is { Count: > 0 } command && command[0].Length > 0 ? command : throw Bad("command", "give the program and its arguments as a list of texts"),
            TimeSpan.FromSeconds(Number(definition, "timeoutSeconds", 3600, 1, MostSeconds)),
            Number(definition, "memoryBytes", 4L << 30, LeastMemory, MostMemory),
            Variables(definition),
            JsonSerializer.Serialize(parameters));
    }

    private static List<string>? Texts(JsonElement definition, string field) =>
        definition.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(v => v.GetString()!)]
            : null;

    private static long Number(JsonElement definition, string field, long fallback, long min, long max)
    {
        if (!definition.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return fallback;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max
            ? number
            : throw Bad(field, $"must be a whole number from {min} to {max}");
    }

    private static Dictionary<string, string> Variables(JsonElement definition)
    {
        var variables = new Dictionary<string, string>();
        if (!definition.TryGetProperty("environment", out var value) || value.ValueKind == JsonValueKind.Null) return variables;
        if (value.ValueKind != JsonValueKind.Object) throw Bad("environment", "must be an object of texts");
        foreach (var variable in value.EnumerateObject())
        {
            if (variable.Value.ValueKind != JsonValueKind.String || variable.Name.Length == 0 || variable.Name.Contains('=', StringComparison.Ordinal))
                throw Bad("environment", "must be an object of texts");
            if (variable.Name.StartsWith("MODELHUB_", StringComparison.Ordinal)) throw Bad("environment", "names that begin with MODELHUB_ are ours");
            variables[variable.Name] = variable.Value.GetString()!;
        }
        return variables;
    }

    private static BadInputException Bad(string field, string what) => new($"The pipeline's definition: {field}: {what}.");
}
