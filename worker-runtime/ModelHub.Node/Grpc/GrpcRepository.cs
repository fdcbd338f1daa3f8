using System.Globalization;
using Google.Protobuf;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Node.Access;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Grpc;

/// <summary>The statistics and model repository extensions over gRPC.</summary>
internal sealed class GrpcRepository(Repository repository, Holdings holdings, StatisticsDocument statistics, Door door)
{
    public (IMessage?, CallError?) Index(HttpContext context, RepositoryIndexRequest request) =>
        (new RepositoryIndexResponse
        {
            Models =
            {
                repository.Index(context, request.Ready).Select(e => new RepositoryIndexResponse.Types.ModelIndex
                { Name = e.Model, Version = e.Version.ToString(CultureInfo.InvariantCulture), State = e.State, Reason = e.Reason }),
            },
        }, null);

    public async ValueTask<(IMessage?, CallError?)> LoadAsync(HttpContext context, RepositoryModelLoadRequest request)
    {
        if (door.RefusesToOperate(context, request.ModelName) is { } status)
            return (null, GrpcService.Refusal(status));
        await holdings.LoadAsync(request.ModelName, null, context.RequestAborted);
        return (new RepositoryModelLoadResponse(), null);
    }

    public (IMessage?, CallError?) Unload(HttpContext context, RepositoryModelUnloadRequest request)
    {
        if (door.RefusesToOperate(context, request.ModelName) is { } status)
            return (null, GrpcService.Refusal(status));
        holdings.Unload(request.ModelName, null);
        return (new RepositoryModelUnloadResponse(), null);
    }

    public (IMessage?, CallError?) Statistics(HttpContext context, ModelStatisticsRequest request)
    {
        if (request.Name.Length > 0 && door.Refuses(context, request.Name) is { } status)
            return (null, GrpcService.Refusal(status));
        LoadedVersion[] found = [.. statistics.Select(context, request.Name, request.Version)];
        return request.Name.Length > 0 && found.Length == 0
            ? (null, GrpcService.NotHeld)
            : (new ModelStatisticsResponse { ModelStats = { found.Select(Statistics) } }, null);
    }

    private ModelStatistics Statistics(LoadedVersion version) => new()
    {
        Name = version.Spec.Name,
        Version = version.Spec.Version,
        LastInference = (ulong)statistics.LastInference(version),
        InferenceCount = (ulong)version.Statistics.Inferences,
        ExecutionCount = (ulong)version.Runs.Count,
        InferenceStats = new InferStatistics
        {
            Success = Duration(version.Statistics.Succeeded),
            Fail = Duration(version.Statistics.Failed),
            Queue = Duration(StatisticsDocument.Queue(version)),
            ComputeInput = Duration(version.Statistics.Input),
            ComputeInfer = Duration(version.Runs),
            ComputeOutput = Duration(version.Statistics.Output),
            CacheHit = Duration(version.Statistics.CacheHits),
            CacheMiss = Duration(version.Statistics.CacheMisses),
        },
    };

    private static StatisticDuration Duration(Total total) => new() { Count = (ulong)total.Count, Ns = (ulong)total.Nanoseconds };
}
