using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Stack;

namespace ModelHub.Cli.Access;

/// <summary>Which API a command talks to, and as whom.</summary>
internal sealed record Credentials(string Url, string Token)
{
    private static string File =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "modelhub", "login.json");

    /// <summary>In this order: flags, environment, login, connection.json of the data folder here.</summary>
    public static Credentials Find(string? url, string? token)
    {
        url ??= Given("MODELHUB_URL");
        token ??= Given("MODELHUB_TOKEN");
        if (url is not null && token is not null)
            return new Credentials(url, token);
        var known = new[] { Login(), Running() }.OfType<Credentials>().ToList();
        // A token belongs to one API: with --url alone, only a login at that very API counts.
        var match = known.FirstOrDefault(found => url is null || SameApi(found.Url, url));
        return match is null
            ? throw new BrokenWorldException("Which ModelHub? Start one with ./modelhub up, sign in with ./modelhub login, or give --url and --token.")
            : match with { Token = token ?? match.Token };
    }

    public void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!, PrivateFile.FolderMode);
        PrivateFile.Write(File, JsonSerializer.Serialize(this, CredentialsJson.Default.Credentials));
    }

    /// <summary>The base address of an API as given by a person.</summary>
    public static Uri ApiAddress(string url) =>
        Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new BrokenWorldException($"'{url}' is not the address of an API, such as http://127.0.0.1:{StackOptions.DefaultPort}.");

    private static Credentials? Login() =>
        System.IO.File.Exists(File) ? JsonSerializer.Deserialize(System.IO.File.ReadAllText(File), CredentialsJson.Default.Credentials) : null;

    private static Credentials? Running() => Connection.Read(StackOptions.DefaultData) is { } at ? new Credentials(at.Api, at.Token) : null;

    private static bool SameApi(string one, string other) => one.TrimEnd('/').Equals(other.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    private static string? Given(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Credentials))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
