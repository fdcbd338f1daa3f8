using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Makes what was frozen the next version of the pipeline's dataset, to be profiled like any other. The caller commits, with the event.</summary>
    /// <param name="pipeline">With its dataset.</param>
    public async Task<Result<(DataVersion Version, Event Registered)>> RegisterFrozenAsync(Pipeline pipeline, DataFile file, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var number = await TakeDataVersionNumberAsync(pipeline.DatasetId!.Value, ct);
        if (DataVersion.Register(pipeline.DatasetId.Value, number, [file], actor, now).IsRefused(out var refusal, out var version))
            return refusal;
        DataVersions.Add(version);
        Operations.Add(Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(pipeline.Dataset!.Name, number), version.Id.Value, actor, now));
        return (version, new DataVersionRegistered(pipeline.Dataset.Name, number, version.Digest));
    }
}
