using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Webhooks;

public readonly record struct WebhookId(Guid Value) : IId<WebhookId>
{
    public static WebhookId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static WebhookId From(Guid value) => new(value);
}

public sealed record WebhookNotFound(string Webhook)
    : Refusal($"There is no webhook {Webhook}.");

/// <summary>Secrets are never stored in the clear, so without a key to seal them none is made.</summary>
public sealed record SecretsKeyMissing()
    : Refusal("The setting SecretsKey is not given to the api: a webhook's secret cannot be sealed.");

public enum WebhookState
{
    Active,

    /// <summary>Nothing is sent; what happens meanwhile waits.</summary>
    Paused,
}

/// <summary>A receiver of events: what it wants, where it listens, and the secrets its messages are signed with.</summary>
public sealed class Webhook : IRevisioned
{
    public const int MostTypes = 100;

    /// <summary>For how long the secret before may still sign, in hours.</summary>
    public const int MostOverlapHours = 7 * 24;

    private Webhook()
    {
    }

    public WebhookId Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Url { get; private set; } = "";

    /// <summary>Which events, see <see cref="EventPattern"/>; none means all.</summary>
    public IReadOnlyList<string> Types { get; private set; } = [];

    public WebhookState State { get; private set; }

    /// <summary>Why nothing is sent; null while active.</summary>
    public string? Reason { get; private set; }

    /// <summary>The one in force first, then those that still sign.</summary>
    public IReadOnlyList<SealedSecret> Secrets { get; private set; } = [];

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<Webhook> Create(string name, string url, IReadOnlyList<string> types, SealedSecret secret, Actor actor, DateTimeOffset now)
    {
        if ((EntityName.NotASimpleName("name", name) ?? WebhookUrl.Check(url) ?? Check(types)) is { } refusal)
            return refusal;
        return new Webhook
        {
            Id = WebhookId.New(now),
            Name = name,
            Url = url,
            Types = [.. types.Distinct()],
            Secrets = [secret],
            CreatedBy = actor.Value,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <param name="url">Null leaves it as it is; so do the other.</param>
    public Refusal? Change(string? url, IReadOnlyList<string>? types, DateTimeOffset now)
    {
        if (((url is null ? null : WebhookUrl.Check(url)) ?? (types is null ? null : Check(types))) is { } refusal)
            return refusal;
        (Url, Types, UpdatedAt) = (url ?? Url, types is null ? Types : [.. types.Distinct()], now);
        return null;
    }

    /// <summary>The new secret signs at once; the one before signs beside it until the overlap is over, and older ones no more.</summary>
    public Refusal? Rotate(SealedSecret secret, int overlapHours, DateTimeOffset now)
    {
        if (overlapHours is < 0 or > MostOverlapHours)
            return new InvalidInput("overlapHours", $"0 to {MostOverlapHours}");
        var before = Secrets[0] with { ExpiresAt = now.AddHours(overlapHours) };
        (Secrets, UpdatedAt) = (overlapHours == 0 ? [secret] : [secret, before], now);
        return null;
    }

    public Refusal? Pause(string? reason, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        (State, Reason, UpdatedAt) = (WebhookState.Paused, reason, now);
        return null;
    }

    public void Resume(DateTimeOffset now) => (State, Reason, UpdatedAt) = (WebhookState.Active, null, now);

    private static Refusal? Check(IReadOnlyList<string> types)
    {
        if (types.Count > MostTypes)
            return new InvalidInput("types", $"at most {MostTypes}");
        return types.FirstOrDefault(t => !EventPattern.MatchesAny(t)) is { } unknown
            ? new InvalidInput("types", $"event types such as version.promoted or promotion.*; no event is called {Shortened(unknown)}")
            : null;
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
