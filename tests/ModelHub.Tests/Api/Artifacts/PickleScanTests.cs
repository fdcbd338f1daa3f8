using System.Text;
using ModelHub.Domain.Artifacts;
using Xunit;

namespace ModelHub.Tests.Api.Artifacts;

public sealed class PickleScanTests
{
    [Theory]
    [InlineData("os_system_true.pkl", "posix.system")]
    [InlineData("os_system_true_protocol0.pkl", "os.system")]
    [InlineData("torch_like.pt", "posix.system")]
    public void A_pickle_that_calls_system_is_found_out(string file, string import)
    {
        using var pickle = File.OpenRead(Hostile.Path("pickle", file));

        var report = PickleScan.Scan(pickle);

        Assert.Contains($"imports {import}", report.Findings);
    }

    [Theory]
    [InlineData("iris_knn")]
    [InlineData("diabetes_ridge")]
    [InlineData("german_lr_mixed")]
    [InlineData("digits_kmeans")]
    public void A_scikit_learn_model_is_read_to_its_end_without_findings(string model)
    {
        using var pickle = File.OpenRead(Hostile.Model(model, "model.pkl"));

        var report = PickleScan.Scan(pickle);

        Assert.Empty(report.Findings);
        Assert.NotEmpty(report.Imports);
    }

    // Module and name come from the memo, and PUT is used twice on one index to shift a counter that counts PUTs.
    [Fact]
    public void A_name_hidden_in_the_memo_is_found()
    {
        byte[] pickle =
        [
            0x80, 4,
            0x8c, 2, .. "os"u8, (byte)'q', 0,
            0x8c, 6, .. "system"u8, (byte)'q', 1, (byte)'q', 1,
            0x8c, 11, .. "collections"u8, 0x94,
            0x8c, 11, .. "OrderedDict"u8, 0x94,
            (byte)'h', 0, (byte)'h', 1, 0x93,
            (byte)'h', 2, (byte)'h', 3, 0x93,
            (byte)'.',
        ];

        var report = Scan(pickle);

        Assert.Equal(["collections.OrderedDict", "os.system"], report.Imports);
        Assert.Equal(["imports os.system"], report.Findings);
    }

    [Theory]
    [InlineData("cbuiltins\neval\n.", "imports builtins.eval")]
    [InlineData("csklearn.base\nos.system\n.", "imports sklearn.base.os.system")]
    [InlineData("csklearn.base\nsubprocess.Popen\n.", "imports sklearn.base.subprocess.Popen")]
    [InlineData("(S'true'\niposix\nsystem\n.", "imports posix.system")]
    [InlineData("cmy_package\nModel\n.", "imports my_package.Model")]
    public void Only_what_is_on_the_list_passes(string pickle, string finding)
        => Assert.Equal([finding], Scan(Encoding.ASCII.GetBytes(pickle)).Findings);

    [Fact]
    public void A_computed_name_is_a_finding() // the name is the result of a call, so no scan can know it
        => Assert.Contains("only known when loaded", Assert.Single(Scan([0x80, 4, 0x8c, 2, .. "os"u8, (byte)'N', 0x93, (byte)'.']).Findings));

    [Fact]
    public void A_second_pickle_behind_the_first_is_read_too()
        => Assert.Equal(["imports os.system"], Scan([0x80, 2, (byte)'N', (byte)'.', .. "cos\nsystem\n."u8]).Findings);

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x80, 4, (byte)'N' })]
    [InlineData(new byte[] { 0x80, 9, (byte)'N', (byte)'.' })]
    [InlineData(new byte[] { 0x80, 4, 0xff, (byte)'.' })]
    [InlineData(new byte[] { 0x80, 4, 0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f })]
    public void What_cannot_be_read_to_its_end_is_never_clean(byte[] pickle)
        => Assert.Contains("cannot be read to its end", Assert.Single(Scan(pickle).Findings));

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        var bytes = new byte[400];

        for (var round = 0; round < 5000; round++)
        {
            random.NextBytes(bytes);
            bytes[0] = 0x80;
            bytes[1] = 4;
            Scan(bytes);
        }
    }

    private static PickleReport Scan(byte[] pickle) => PickleScan.Scan(new MemoryStream(pickle));
}
