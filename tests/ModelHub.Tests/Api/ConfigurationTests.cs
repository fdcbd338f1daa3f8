using ModelHub.Api;
using ModelHub.Hosting;
using Xunit;

namespace ModelHub.Tests.Api;

public sealed class ConfigurationTests
{
    [Fact]
    public void All_faults_are_told_at_once()
    {
        var refusal = Assert.Throws<InvalidConfigurationException>(() => Program.Create(["--JoinToken=short", "--PublicUrls:Router=nonsense", "--Limits:ArtifactBytes=0"]));

        Assert.Equal(
            ["Database: missing", "JoinToken: at least 32 characters", "PublicUrls:Router: an absolute http or https address", "Limits:ArtifactBytes: a number from 1 to 4398046511104"],
            refusal.Faults);
    }
}
