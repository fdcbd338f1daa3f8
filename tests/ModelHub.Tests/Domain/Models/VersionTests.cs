using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Models;

public sealed class VersionTests
{
    [Fact]
    public void A_validated_version_is_never_validated_again()
    {
        var version = Ready();

        Assert.Equal(new VersionAlreadyValidated(1, VersionState.Ready), version.StartValidation(Now));
        Assert.Equal(new VersionAlreadyValidated(1, VersionState.Ready), version.Fail("late", Now));
        Assert.Null(version.Failure);
    }

    [Fact]
    public void A_validation_may_begin_again_after_its_worker_died()
    {
        var version = Registered();
        version.StartValidation(Now);

        Assert.Null(version.StartValidation(Now));
        Assert.Equal(VersionState.Validating, version.State);
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("tags")]
    [InlineData("metrics.name")]
    [InlineData("commit")]
    [InlineData("runUrl")]
    public void A_bad_registration_is_refused_by_field(string field)
    {
        var good = new VersionRegistration(Digest.Of([1]).Value, 1, "onnx");
        var bad = field switch
        {
            "digest" => good with { Digest = "sha256:xyz" },
            "tags" => good with { Description = new VersionDescription(Tags: [.. Enumerable.Range(0, 101).Select(i => new Tag($"k{i}", ""))]) },
            "metrics.name" => good with { Description = new VersionDescription(Metrics: [new Metric("auc", 1), new Metric("auc", 2)]) },
            "commit" => good with { Commit = new string('c', 401) },
            _ => good with { RunUrl = "ftp://x" },
        };

        Assert.Equal(field, Assert.IsType<InvalidInput>(bad.Check()).Field);
        Assert.Null(good.Check());
    }
}
