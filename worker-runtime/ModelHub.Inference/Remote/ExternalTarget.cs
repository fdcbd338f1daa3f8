using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Inference.Remote;

[JsonConverter(typeof(JsonStringEnumConverter<ExternalKind>))]
public enum ExternalKind
{
    /// <summary>Open Inference Protocol V2: Triton, KServe, MLServer, OpenVINO.</summary>
    [JsonStringEnumMemberName("v2")]
    V2,

    /// <summary>REST of TensorFlow Serving.</summary>
    [JsonStringEnumMemberName("tensorflow-serving")]
    TensorFlowServing,

    /// <summary>TorchServe with its JSON envelope: instances in, predictions out.</summary>
    [JsonStringEnumMemberName("torchserve")]
    TorchServe,
}

/// <summary>The artifact of a version of format <c>external</c>: a model on a server that is not ours.</summary>
/// <param name="Url">base URL, http or https, without credentials, query or fragment</param>
/// <param name="Model">its name there</param>
/// <param name="Version">its version there; null leaves the choice to the server</param>
public sealed record ExternalTarget(ExternalKind Kind, Uri Url, string Model, string? Version = null)
{
    public const string Format = "external";
    public const int MaxBytes = 64 * 1024;

    private const int MaxName = 200;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Host and port, as an allow-list names them.</summary>
    public string Authority => $"{Url.Host}:{Url.Port}";

    /// <exception cref="InvalidDataException">the file describes no such server; the message says why</exception>
    public static ExternalTarget Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"The description of an external server has at most {MaxBytes} bytes.");
        try
        {
            return JsonSerializer.Deserialize<ExternalTarget>(File.ReadAllBytes(path), Options) is not { } target
                ? throw new InvalidDataException("The description of an external server is a JSON object.")
                : target.Fault() is { } fault ? throw new InvalidDataException(fault) : target;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The description of an external server is {{\"kind\", \"url\", \"model\", \"version\"}}: {e.Message}", e);
        }
    }

    private string? Fault() =>
        !Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https") || Url.UserInfo.Length > 0 || Url.Query.Length > 0 || Url.Fragment.Length > 0
            ? "'url' must be an absolute http or https address without credentials, query and fragment."
        : Name(Model) is false ? $"'model' must have 1 to {MaxName} characters and no '/'."
        : Version is not null && Name(Version) is false ? $"'version' must have 1 to {MaxName} characters and no '/'."
        : null;

    private static bool Name(string name) => name.Length is > 0 and <= MaxName && name is not ("." or "..") && !name.Any(c => c is '/' or '\\' || char.IsControl(c));
}
