using System.Linq.Expressions;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

/// <summary>Newest first.</summary>
internal class PredictionsOfEndpoint(IDbContextFactory<ModelHubDb> factory) : PagesOf<Endpoint, EndpointId, Prediction>(factory, endpoint => endpoint.Id)
{
    protected override Expression<Func<Endpoint, IQueryable<Prediction>>> Children(ModelHubDb db) => endpoint => db.Predictions
        .Where(prediction => prediction.EndpointId == endpoint.Id)
        .OrderByDescending(prediction => prediction.At).ThenByDescending(prediction => prediction.Id);
}

/// <summary>Those for which a label has arrived, newest first.</summary>
internal sealed class LabelledOfEndpoint(IDbContextFactory<ModelHubDb> factory) : PredictionsOfEndpoint(factory)
{
    protected override Expression<Func<Endpoint, IQueryable<Prediction>>> Children(ModelHubDb db) => endpoint => db.Predictions
        .Where(prediction => prediction.EndpointId == endpoint.Id && db.Labels.Any(label => label.EndpointId == endpoint.Id && label.RequestId == prediction.RequestId))
        .OrderByDescending(prediction => prediction.At).ThenByDescending(prediction => prediction.Id);
}

/// <summary>Those for which none has, newest first.</summary>
internal sealed class UnlabelledOfEndpoint(IDbContextFactory<ModelHubDb> factory) : PredictionsOfEndpoint(factory)
{
    protected override Expression<Func<Endpoint, IQueryable<Prediction>>> Children(ModelHubDb db) => endpoint => db.Predictions
        .Where(prediction => prediction.EndpointId == endpoint.Id && !db.Labels.Any(label => label.EndpointId == endpoint.Id && label.RequestId == prediction.RequestId))
        .OrderByDescending(prediction => prediction.At).ThenByDescending(prediction => prediction.Id);
}

/// <summary>In the order in which they came, the first hundred.</summary>
internal sealed class LabelsOfRequest(IDbContextFactory<ModelHubDb> factory) : GroupedDataLoader<(EndpointId Endpoint, string Request), Label>
{
    private const int Most = 100;

    protected override async Task<ILookup<(EndpointId Endpoint, string Request), Label>> LoadGroupsAsync(IReadOnlyList<(EndpointId Endpoint, string Request)> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        Guid[] endpoints = [.. keys.Select(k => k.Endpoint.Value)];
        string[] requests = [.. keys.Select(k => k.Request)];
        var labels = await db.Labels.FromSql($"""
            select l.* from unnest({endpoints}, {requests}) as k(endpoint, request)
            cross join lateral (select * from labels l where l.endpoint_id = k.endpoint and l.request_id = k.request order by l.arrived_at, l.id limit {Most}) l
            """).AsNoTracking().ToListAsync(ct);
        return labels.OrderBy(l => l.ArrivedAt).ThenBy(l => l.Id.Value).ToLookup(l => (l.EndpointId, l.RequestId));
    }
}
