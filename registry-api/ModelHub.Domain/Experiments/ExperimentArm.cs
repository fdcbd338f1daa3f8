using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Experiments;

/// <summary>One version of an experiment, and the share of the keys that get it.</summary>
public sealed class ExperimentArm
{
    private ExperimentArm()
    {
    }

    internal ExperimentArm(ExperimentId experiment, int number, string name, VersionId version, VariantId variant, double share) =>
        (ExperimentId, Number, Name, VersionId, VariantId, Share) = (experiment, number, name, version, variant, share);

    public ExperimentId ExperimentId { get; private set; }

    /// <summary>Its place among the arms; 0 is the control.</summary>
    public int Number { get; private set; }

    public string Name { get; private set; } = "";

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    /// <summary>Its role under the endpoint; routers tell what they saw of it by this id.</summary>
    public VariantId VariantId { get; private set; }

    /// <summary>In percent of the keys.</summary>
    public double Share { get; private set; }
}
