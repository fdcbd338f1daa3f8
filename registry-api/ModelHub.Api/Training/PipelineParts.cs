namespace ModelHub.Api.Training;

internal static class MayDefine
{
    /// <summary>A process trainer runs any command on a worker: that is for administrators.</summary>
    public static bool Allows(Caller caller, string pipeline, string model, Trainer trainer)
        => caller.May(Permission.Write, Place.Of(pipeline)) && caller.May(Permission.Write, Place.Of(model))
            && (trainer != Trainer.Process || caller.May(Permission.Administer, Place.Everywhere));

    /// <param name="pipeline">With its model and dataset.</param>
    public static bool Starts(Caller caller, Pipeline pipeline)
        => caller.May(Permission.Write, Place.Of(pipeline.Name)) && caller.May(Permission.Write, Place.Of(pipeline.Model.Name))
            && (pipeline.Dataset is null || caller.May(Permission.Read, Place.Of(pipeline.Dataset.Name)));
}

/// <summary>What a pipeline is made of.</summary>
internal sealed record PipelineParts(Model Model, Dataset? Dataset)
{
    public static async Task<Result<PipelineParts>> FindAsync(ModelHubDb db, Caller caller, string model, string? dataset, CancellationToken ct)
    {
        if (await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.Name == model, ct) is not { } found)
            return new ModelNotFound(model);
        if (dataset is null)
            return new PipelineParts(found, null);
        return (await db.Datasets.AsNoTracking().SingleOrDefaultAsync(d => d.Name == dataset, ct)).IfVisible(caller, d => d.Name) is { } data
            ? new PipelineParts(found, data)
            : new DatasetNotFound(dataset);
    }
}
