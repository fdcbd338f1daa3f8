using System.Linq.Expressions;
using ModelHub.Domain.Gates;

namespace ModelHub.Api.Promotions;

internal sealed class PromotionById(IDbContextFactory<ModelHubDb> factory) : ById<PromotionId, Promotion>(factory, promotion => promotion.Id)
{
    protected override IQueryable<Promotion> From(IQueryable<Promotion> rows) => rows.Include(promotion => promotion.Version.Model);
}

internal sealed class GatesOfPromotion(IDbContextFactory<ModelHubDb> factory) : ManyBy<PromotionId, GateEvidence>(factory, evidence => evidence.PromotionId)
{
    protected override IQueryable<GateEvidence> From(IQueryable<GateEvidence> rows) => rows.OrderBy(evidence => evidence.EvaluatedAt).ThenBy(evidence => evidence.Gate);
}

internal sealed class ApprovalsOfPromotion(IDbContextFactory<ModelHubDb> factory) : ManyBy<PromotionId, Approval>(factory, approval => approval.PromotionId)
{
    protected override IQueryable<Approval> From(IQueryable<Approval> rows) => rows.OrderBy(approval => approval.At);
}

/// <summary>Newest first.</summary>
internal sealed class PromotionsOfVersion(IDbContextFactory<ModelHubDb> factory) : PagesOf<Version, VersionId, Promotion>(factory, version => version.Id)
{
    protected override Expression<Func<Version, IQueryable<Promotion>>> Children(ModelHubDb db) => version => db.Promotions
        .Where(promotion => promotion.VersionId == version.Id)
        .OrderByDescending(promotion => promotion.RequestedAt).ThenByDescending(promotion => promotion.Id);
}

/// <summary>Newest first.</summary>
internal sealed class PromotionsOfEndpoint(IDbContextFactory<ModelHubDb> factory) : PagesOf<Endpoint, EndpointId, Promotion>(factory, endpoint => endpoint.Id)
{
    protected override Expression<Func<Endpoint, IQueryable<Promotion>>> Children(ModelHubDb db) => endpoint => db.Promotions
        .Where(promotion => promotion.EndpointId == endpoint.Id)
        .OrderByDescending(promotion => promotion.RequestedAt).ThenByDescending(promotion => promotion.Id);
}
