using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using Xunit;
using static ModelHub.Tests.Domain.Sample;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Domain.Models;

public sealed class QuantizedVersionTests
{
    [Fact]
    public void Only_a_ready_onnx_version_is_quantised()
    {
        var pickle = Version.Register(ModelId.New(Now), 2, new VersionRegistration(Digest.Of([2]).Value, 1, "sklearn"), Ada, Now).Value;

        Assert.Equal(
            [null, new VersionNotQuantizable(1, VersionState.Pending), new NothingToQuantize("sklearn")],
            new[] { Ready(), Registered(), pickle }.Select(QuantizedVersion.NotPossible));
    }

    [Fact]
    public void It_keeps_the_lineage_and_none_of_the_metrics_of_what_it_was_made_from()
    {
        var source = Ready(1, new Metric("auc", 0.9));

        var registration = QuantizedVersion.Of(source, Digest.Of([9]).Value, 10, [new Metric("variant.bytes", 10)]);

        Assert.Null(registration.Check());
        Assert.Equal((source.Id, "onnx", 10L), (registration.Parent!.Value, registration.Format, registration.Size));
        Assert.Equal([new Metric("variant.bytes", 10)], registration.Description.Metrics!);
        Assert.Contains(new Parameter("quantization", "int8-dynamic"), registration.Parameters);
    }
}
