using ModelHub.Console.Graph;

namespace ModelHub.Console.Webhooks;

/// <summary>What can be done about webhooks and their messages.</summary>
internal static class ChangeWebhooks
{
    public static readonly Operation<Mutation<CreateWebhookInput>, CreateWebhookData> Create = new(
        "CreateWebhook", Documents.CreateWebhook, GraphJson.Default.GraphRequestMutationCreateWebhookInput, GraphJson.Default.GraphResponseCreateWebhookData);

    public static readonly Operation<Mutation<UpdateWebhookInput>, UpdateWebhookData> Update = new(
        "UpdateWebhook", Documents.UpdateWebhook, GraphJson.Default.GraphRequestMutationUpdateWebhookInput, GraphJson.Default.GraphResponseUpdateWebhookData);

    public static readonly Operation<Mutation<RotateWebhookSecretInput>, RotateWebhookSecretData> Rotate = new(
        "RotateWebhookSecret", Documents.RotateWebhookSecret, GraphJson.Default.GraphRequestMutationRotateWebhookSecretInput, GraphJson.Default.GraphResponseRotateWebhookSecretData);

    public static readonly Operation<Mutation<PauseWebhookInput>, PauseWebhookData> Pause = new(
        "PauseWebhook", Documents.PauseWebhook, GraphJson.Default.GraphRequestMutationPauseWebhookInput, GraphJson.Default.GraphResponsePauseWebhookData);

    public static readonly Operation<Mutation<NamedWebhookInput>, ResumeWebhookData> Resume = new(
        "ResumeWebhook", Documents.ResumeWebhook, GraphJson.Default.GraphRequestMutationNamedWebhookInput, GraphJson.Default.GraphResponseResumeWebhookData);

    public static readonly Operation<Mutation<NamedWebhookInput>, PingWebhookData> Ping = new(
        "PingWebhook", Documents.PingWebhook, GraphJson.Default.GraphRequestMutationNamedWebhookInput, GraphJson.Default.GraphResponsePingWebhookData);

    public static readonly Operation<Mutation<NamedWebhookInput>, RemoveWebhookData> Remove = new(
        "RemoveWebhook", Documents.RemoveWebhook, GraphJson.Default.GraphRequestMutationNamedWebhookInput, GraphJson.Default.GraphResponseRemoveWebhookData);

    public static readonly Operation<Mutation<ReplayWebhookDeliveryInput>, ReplayWebhookDeliveryData> Replay = new(
        "ReplayWebhookDelivery", Documents.ReplayWebhookDelivery, GraphJson.Default.GraphRequestMutationReplayWebhookDeliveryInput, GraphJson.Default.GraphResponseReplayWebhookDeliveryData);
}

internal sealed record CreateWebhookInput(string Name, string Url, IReadOnlyList<string> Types, string IdempotencyKey);

internal sealed record UpdateWebhookInput(string Name, string Url, IReadOnlyList<string> Types, long ExpectedRevision, string IdempotencyKey);

internal sealed record RotateWebhookSecretInput(string Name, int OverlapHours, long ExpectedRevision, string IdempotencyKey);

internal sealed record PauseWebhookInput(string Name, string? Reason, string IdempotencyKey);

/// <summary>What resuming, pinging and removing take.</summary>
internal sealed record NamedWebhookInput(string Name, string IdempotencyKey)
{
    public static Mutation<NamedWebhookInput> Of(string name) => new(new(name, Guid.NewGuid().ToString("N")));
}

internal sealed record ReplayWebhookDeliveryInput(string Id, string IdempotencyKey);

public sealed record ChangedWebhook(IReadOnlyList<Refusal>? Errors);

/// <param name="Secret">Told this once.</param>
public sealed record RevealedWebhook(string? Secret, IReadOnlyList<Refusal>? Errors);

public sealed record CreateWebhookData(RevealedWebhook CreateWebhook) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateWebhook.Errors;
}

public sealed record RotateWebhookSecretData(RevealedWebhook RotateWebhookSecret) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => RotateWebhookSecret.Errors;
}

public sealed record UpdateWebhookData(ChangedWebhook UpdateWebhook) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => UpdateWebhook.Errors;
}

public sealed record PauseWebhookData(ChangedWebhook PauseWebhook) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => PauseWebhook.Errors;
}

public sealed record ResumeWebhookData(ChangedWebhook ResumeWebhook) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => ResumeWebhook.Errors;
}

public sealed record PingWebhookData(ChangedWebhook PingWebhook) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => PingWebhook.Errors;
}

public sealed record RemoveWebhookData(ChangedWebhook RemoveWebhook) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => RemoveWebhook.Errors;
}

public sealed record ReplayWebhookDeliveryData(ChangedWebhook ReplayWebhookDelivery) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => ReplayWebhookDelivery.Errors;
}
