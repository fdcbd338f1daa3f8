using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using ModelHub.Cli.Bundles;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;
using CanonicalJson = ModelHub.Domain.Bundles.CanonicalJson;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Domain.Bundles;

public sealed class EdgeBundleTests
{
    private static readonly ModelSample Made = new("model.onnx", Digest.Of([1]).Value, 1, Digest.Of([2]).Value, 1, "1.23");

    [Fact]
    public void Its_manifest_follows_from_the_version_and_the_key_alone()
    {
        var version = Readied(Registered(), new ArtifactFile("b", 2, Digest.Of([3]).Value), new ArtifactFile("model.onnx", 1, Digest.Of([4]).Value));

        var first = EdgeBundle.Of("risk.m", version, Made, "0123456789abcdef");
        version.Describe(new VersionDescription(Card: "Another card", Metrics: [new Metric("auc", 0.1)]), Now.AddDays(3));
        var second = EdgeBundle.Of("risk.m", version, Made, "0123456789abcdef");

        Assert.Equal(first.Manifest, second.Manifest);
        Assert.Equal(["signature.json", "sample/request.json", "sample/answer.json", "model/b", "model/model.onnx"], first.Members.Select(member => member.Name));
        Assert.StartsWith("""{"artifact":"sha256:""", Encoding.UTF8.GetString(first.Manifest), StringComparison.Ordinal);
        Assert.Contains("\"created\":\"2026-01-02T03:04:05.000000Z\"", Encoding.UTF8.GetString(first.Manifest), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_ready_scanned_harmless_and_unblocked_onnx_version_is_bundled()
    {
        var blocked = new VersionBlocked("risk.m", 1, "production", "user:eve", "wrong", Now);
        var file = new ArtifactFile("model.onnx", 1, Digest.Of([1]).Value);
        var dangerous = Registered();
        dangerous.Accept(Credit, [file], new ArtifactScan(ScanVerdict.Dangerous, ["eval"]), Now);
        var pickle = Version.Register(ModelId.New(Now), 2, new VersionRegistration(Digest.Of([2]).Value, 1, "sklearn"), Ada, Now).Value;
        var long101 = new ArtifactFile(new string('x', 101), 1, file.Digest);

        Assert.Null(Bundling.NotPossible(Readied(Registered(), file), null));
        Assert.Equal(blocked, Bundling.NotPossible(Readied(Registered(), file), blocked));
        Assert.Equal(new VersionNotBundleable(1, VersionState.Pending), Bundling.NotPossible(Registered(), null));
        Assert.Equal(new NothingToBundle("sklearn"), Bundling.NotPossible(pickle, null));
        Assert.IsType<ArtifactDangerous>(Bundling.NotPossible(dangerous, null));
        Assert.Equal(new FileNotBundleable(long101.Path, 1), Bundling.NotPossible(Readied(Registered(), file, long101), null));
    }

    [Fact]
    public void The_first_sample_stays()
    {
        var version = Readied(Registered(), new ArtifactFile("model.onnx", 1, Digest.Of([1]).Value));

        Assert.True(version.Keep(Made, Now));
        Assert.False(version.Keep(Made with { Runtime = "2" }, Now));
        Assert.Equal(Made, version.Sample);
    }

    public static TheoryData<string> Names =>
        new("manifest.json", new string('n', 100), $"model/{new string('n', 100)}", $"model/{new string('a', 80)}/{new string('b', 80)}", $"model/{string.Concat(Enumerable.Repeat("é", 50))}", "model/größe/模型.onnx");

    [Theory, MemberData(nameof(Names))]
    public void Both_sides_and_any_reader_agree_on_a_header(string name)
    {
        Assert.True(UstarHeader.Takes(name, 700));
        var header = UstarHeader.Of(name, 700);

        Assert.Equal(header, TarHeader.Of(name, 700));
        Assert.True(TarHeader.SumIsRight(header));
        using var tar = new TarReader(new MemoryStream([.. header, .. new byte[1024], .. new byte[1024]]));
        var entry = tar.GetNextEntry()!;
        Assert.Equal((name, 700, DateTimeOffset.UnixEpoch), (entry.Name, entry.Length, entry.ModificationTime));
    }

    [Fact]
    public void What_a_header_does_not_take_is_known_before()
    {
        Assert.False(UstarHeader.Takes(new string('n', 101), 1));
        Assert.False(UstarHeader.Takes($"{new string('p', 156)}/n", 1));
        Assert.True(UstarHeader.Takes($"{new string('p', 155)}/n", UstarHeader.MostBytes));
        Assert.False(UstarHeader.Takes("n", UstarHeader.MostBytes + 1));
    }

    [Fact]
    public void Canonical_json_is_sorted_by_utf16_and_escapes_only_what_it_must()
    {
        var value = new JsonObject { ["é"] = "a\"\\\n\u0001<é😀", ["b"] = new JsonArray(1, -2), ["B"] = new JsonObject(), ["😀"] = long.MaxValue };

        var text = CanonicalJson.Of(value);

        Assert.Equal("""{"B":{},"b":[1,-2],"é":"a\"\\\n\u0001<é😀","😀":9223372036854775807}""", Encoding.UTF8.GetString(text));
        Assert.True(JsonNode.DeepEquals(value, ModelHub.Cli.Bundles.CanonicalJson.Parse("manifest.json", text)));
    }

    private static Version Readied(Version version, params ArtifactFile[] files)
    {
        Assert.Null(version.Accept(Credit, files, ArtifactScan.NotApplicable, Now));
        return version;
    }
}
