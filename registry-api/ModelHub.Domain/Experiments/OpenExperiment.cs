using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Domain.Experiments;

/// <param name="Share">In percent of the keys.</param>
/// <param name="Block">On the version in this environment, if there is one.</param>
public sealed record AskedArm(string Name, Version Version, double Share, VersionBlock? Block = null);

/// <param name="Endpoint">With its valid variants loaded and their versions; null when the model was never served there.</param>
/// <param name="Promotion">The open promotion of this endpoint, if any.</param>
/// <param name="InProgress">The open experiment of this endpoint, if any.</param>
/// <param name="Salt">Random bytes that nobody knows.</param>
public sealed record ExperimentRequest(
    string Model, string Environment, Endpoint? Endpoint, IReadOnlyList<AskedArm> Arms, ExperimentOptions Options, PromotionId? Promotion, ExperimentId? InProgress, byte[] Salt);

public sealed partial class Experiment
{
    /// <summary>Begins the arms under the endpoint without traffic; the loop that places what endpoints want loads them.</summary>
    public static Result<Experiment> Open(ExperimentRequest request, Actor actor, DateTimeOffset now)
    {
        if (request.Options.Check() is { } unfit)
            return unfit;
        if (RefuseArms(request) is { } refusal)
            return refusal;
        if (request.Endpoint?.Primary() is not { } primary)
            return new NothingLive(request.Model, request.Environment);
        if (request.Arms.FirstOrDefault(a => a.Version.Id == primary.VersionId) is not { } control)
            return new ControlNotLive(request.Model, request.Environment);
        if (RefuseVersions(request, control) is { } unable)
            return unable;
        if (request.InProgress is not null)
            return new ExperimentInProgress();
        if (request.Promotion is { } promotion)
            return new Promotions.PromotionInProgress(promotion);

        var experiment = new Experiment
        {
            Id = ExperimentId.New(now),
            EndpointId = request.Endpoint.Id,
            Options = request.Options,
            Salt = request.Salt,
            StartedBy = actor.Value,
            StartedAt = now,
            UpdatedAt = now,
        };
        experiment.arms.Add(new ExperimentArm(experiment.Id, 0, control.Name, control.Version.Id, primary.Id, control.Share));
        foreach (var arm in request.Arms.Where(a => a != control))
            experiment.arms.Add(new ExperimentArm(experiment.Id, experiment.arms.Count, arm.Name, arm.Version.Id, request.Endpoint.BeginArm(arm.Version.Id, now).Id, arm.Share));
        return experiment;
    }

    private static Refusal? RefuseArms(ExperimentRequest request)
    {
        var arms = request.Arms;
        if (arms.Count is < FewestArms or > MostArms)
            return new InvalidInput("arms", $"{FewestArms} to {MostArms}");
        if (arms.Select(a => EntityName.NotASimpleName("arms.name", a.Name)).FirstOrDefault(refusal => refusal is not null) is { } name)
            return name;
        if (arms.DistinctBy(a => a.Name).Count() != arms.Count)
            return new InvalidInput("arms.name", "each name once");
        if (arms.DistinctBy(a => a.Version.Id).Count() != arms.Count)
            return new InvalidInput("arms.version", "each version once");
        if (!arms.All(a => a.Share is >= 1 and <= 99))
            return new InvalidInput("arms.share", "1 to 99 percent");
        // 33.3 + 33.3 + 33.4 is a little off in binary
        return Math.Abs(arms.Sum(a => a.Share) - 100) < 1e-9 ? null : new InvalidInput("arms.share", "100 percent together");
    }

    private static Refusal? RefuseVersions(ExperimentRequest request, AskedArm control)
    {
        foreach (var arm in request.Arms)
        {
            var (version, number) = (arm.Version, arm.Version.Number);
            if (version.State != VersionState.Ready)
                return new VersionNotReady(request.Model, number, version.State);
            if (version.Signature is not { } signature || control.Version.Signature is not { } expected)
                return new VersionNotServable(request.Model, number, version.Format);
            if (arm.Block is { } block && arm != control)
                return new VersionBlocked(request.Model, number, request.Environment, block.By, block.Reason, block.At);
            if (Compatibility.Breaks(expected, signature) is { Count: > 0 } breaks)
                return new ArmNotCompatible(request.Model, number, breaks);
            if (request.Options.Metric.Check(signature) is { } missing)
                return missing;
        }
        return null;
    }
}
