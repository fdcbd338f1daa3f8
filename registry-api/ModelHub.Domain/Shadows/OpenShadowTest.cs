using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Shadows;

/// <param name="Endpoint">With its valid variants loaded.</param>
/// <param name="UnderTest">The versions that the endpoint's open tests are about.</param>
/// <param name="Promotion">The promotion of which the test is a stage.</param>
public sealed record ShadowRequest(
    Models.Version Version,
    string Model,
    string Environment,
    Endpoint? Endpoint,
    IReadOnlyList<VersionId> UnderTest,
    ShadowOptions Options,
    PromotionId? Promotion = null);

public sealed partial class ShadowTest
{
    /// <summary>Begins the shadow under the endpoint; the loop that places what endpoints want loads it.</summary>
    public static Result<ShadowTest> Open(ShadowRequest request, Actor actor, DateTimeOffset now)
    {
        if (Refuse(request) is { } refusal)
            return refusal;
        if (request.Endpoint?.Primary() is not { } primary)
            return new NothingToCompareWith(request.Model, request.Environment);
        if (primary.VersionId == request.Version.Id)
            return new VersionAlreadyLive(request.Model, request.Version.Number, request.Environment);

        var shadow = request.Endpoint.Mirror(request.Version.Id, request.Options.Percent, now);
        return new ShadowTest
        {
            Id = ShadowTestId.New(now),
            EndpointId = request.Endpoint.Id,
            VariantId = shadow.Id,
            VersionId = request.Version.Id,
            AgainstId = primary.VersionId,
            PromotionId = request.Promotion,
            Options = request.Options,
            StartedBy = actor.Value,
            StartedAt = now,
            UpdatedAt = now,
        };
    }

    private static Refusal? Refuse(ShadowRequest request) => request switch
    {
        { Version.State: not VersionState.Ready } => new VersionNotReady(request.Model, request.Version.Number, request.Version.State),
        { Version.Signature: null } => new VersionNotServable(request.Model, request.Version.Number, request.Version.Format),
        _ when request.Options.Check() is { } refusal => refusal,
        _ when request.UnderTest.Contains(request.Version.Id) => new AlreadyShadowed(request.Model, request.Version.Number, request.Environment),
        _ when request.UnderTest.Count >= MostAtOnce => new TooManyShadows(MostAtOnce),
        _ => null,
    };
}
