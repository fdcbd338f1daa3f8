using ModelHub.Hosting;

namespace ModelHub.Api.Configuration;

internal enum StoreKind
{
    Disk,
    S3,
}

/// <summary>Where artifacts lie, settings below <c>Store:</c>.</summary>
/// <param name="S3">Null for the folder of this process.</param>
/// <param name="Grace">An artifact that nothing refers to is kept for so long after it came, or was last wanted.</param>
/// <param name="CollectEvery">How often such artifacts are removed without being asked; zero for never.</param>
internal sealed record StoreOptions(S3Options? S3, TimeSpan Grace, TimeSpan CollectEvery)
{
    /// <summary>Shorter would take away what somebody has just uploaded and is about to register.</summary>
    public static readonly TimeSpan LeastGrace = TimeSpan.FromHours(1);

    public static readonly TimeSpan MostGrace = TimeSpan.FromDays(3650);

    public static StoreOptions Read(Settings settings) => new(
        settings.OneOf("Store:Kind", StoreKind.Disk) == StoreKind.S3 ? S3Options.Read(settings) : null,
        TimeSpan.FromHours(settings.Number("Store:GraceHours", 7 * 24, (long)LeastGrace.TotalHours, (long)MostGrace.TotalHours)),
        TimeSpan.FromHours(settings.Number("Store:CollectHours", 0, 0, 24 * 365)));
}

/// <summary>A bucket of any service that speaks the protocol of S3.</summary>
/// <param name="Endpoint">Null for the one of AWS in this region.</param>
/// <param name="Prefix">Before all names, empty or with a slash at the end.</param>
/// <param name="AccessKey">Null: as the environment says, by the usual chain of the SDK.</param>
/// <param name="PathStyle">The bucket stands in the path and not in the host's name.</param>
/// <param name="Direct">For so long an address that nodes are sent to lets them read; zero: everything goes through the API.</param>
internal sealed record S3Options(Uri? Endpoint, string Region, string Bucket, string Prefix, string? AccessKey, string? SecretKey, bool PathStyle, TimeSpan Direct)
{
    private const int MostText = 500;

    public static S3Options Read(Settings settings)
    {
        var key = settings.Secret("Store:S3:AccessKey", 3);
        return new(
            settings.OptionalUrl("Store:S3:Endpoint") is { } url && Uri.TryCreate(url, UriKind.Absolute, out var endpoint) ? endpoint : null,
            settings.Text("Store:S3:Region", "us-east-1", MostText),
            settings.Required("Store:S3:Bucket", 3),
            PrefixOf(settings.Text("Store:S3:Prefix", "modelhub", MostText)),
            key,
            key is null ? null : settings.Required("Store:S3:SecretKey", 8),
            settings.Switch("Store:S3:PathStyle", true),
            TimeSpan.FromSeconds(settings.Number("Store:S3:DirectSeconds", 300, 0, 3600)));
    }

    private static string PrefixOf(string text) => text.Trim('/') is { Length: > 0 } prefix ? prefix + "/" : "";

    // Written out, so that no log shows the keys by a record's own text.
    public override string ToString() => $"{Endpoint}{Bucket}/{Prefix}";
}
