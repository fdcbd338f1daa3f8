using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Stack;

/// <summary>connection.json in the data folder: where the running stack is, and an administrator's token. Only its owner may read it.</summary>
internal sealed record Connection(string Api, string Console, string Router, string Token, string Data)
{
    private static string PathIn(string data) => Path.Combine(data, "connection.json");

    public static Connection? Read(string data)
    {
        var path = PathIn(data);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ConnectionJson.Default.Connection);
        }
        catch (JsonException fault)
        {
            throw new BrokenWorldException($"{path} is not what 'modelhub up' writes: {fault.Message}", fault);
        }
    }

    public static void Forget(string data) => File.Delete(PathIn(data));

    public void Write() => PrivateFile.Write(PathIn(Data), ToJson() + "\n");

    public string ToJson() => JsonSerializer.Serialize(this, ConnectionJson.Default.Connection);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Connection))]
[JsonSerializable(typeof(Administrator))]
internal sealed partial class ConnectionJson : JsonSerializerContext;

/// <summary>What the api's bootstrap-admin verb prints.</summary>
internal sealed record Administrator(string LoginCode, string Token);
