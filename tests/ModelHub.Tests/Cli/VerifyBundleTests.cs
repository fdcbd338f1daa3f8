using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using ModelHub.Cli.Bundles;
using ModelHub.Domain.Bundles;
using Xunit;

namespace ModelHub.Tests.Cli;

/// <summary>Every way to change a bundle is found, and named.</summary>
public sealed class VerifyBundleTests
{
    [Fact]
    public void A_whole_bundle_is_verified_and_any_tar_reader_reads_it()
    {
        var bytes = TestBundle.Tar(TestBundle.Parts());

        var manifest = VerifyBundle.Run(new MemoryStream(bytes), TestBundle.Key, null);

        Assert.Equal(("risk.credit-scoring", 1L, "model/model.onnx"), (manifest.Model, manifest.Version, manifest.Entry));
        using var tar = new TarReader(new MemoryStream(bytes));
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
            names.Add($"{entry.Format} {entry.Name} {entry.Length}");
        Assert.Equal(["Ustar signature.json", "Ustar sample/request.json", "Ustar sample/answer.json", "Ustar model/model.onnx", "Ustar model/weights.bin"], names.Skip(2).Select(n => n[..n.LastIndexOf(' ')]));
        Assert.EndsWith(" 1000", names[5], StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        { "a byte of the model", "model/model.onnx has the digest" },
        { "a byte of the sample's answer", "sample/answer.json has the digest" },
        { "a byte of the manifest", "manifest.sig is not what the key" },
        { "a byte of the signature", "manifest.sig is not what the key" },
        { "a manifest of other spacing", "manifest.json is not in the canonical form" },
        { "a manifest with a name twice", "manifest.json is not JSON" },
        { "a manifest of another format", "manifest.json is of format 2, and this program reads 1" },
        { "another key", "manifest.sig is by the key" },
        { "an added member", "model/backdoor.so is not listed in the manifest" },
        { "an added member at the end", "model/zz.so is not listed in the manifest" },
        { "a member twice", "model/model.onnx is there twice" },
        { "a removed member", "model/model.onnx stands where sample/answer.json should be" },
        { "the last member removed", "model/weights.bin is missing" },
        { "members in another order", "model/weights.bin stands where model/model.onnx should be" },
        { "a name that climbs", "../../etc/cron.d/job leads out of the bundle" },
        { "an absolute name", "/etc/cron.d/job leads out of the bundle" },
        { "a signed name that climbs", "manifest.json lists the member 'model/../../x', which leads out of the bundle" },
        { "a link", "model/model.onnx is a link" },
        { "a folder", "model/model.onnx is a folder" },
        { "a header with an owner", "model/model.onnx has a header that says more than its name and size" },
        { "a damaged header", "model/model.onnx has a damaged header, or this is no bundle" },
        { "a size beyond the file", "model/model.onnx claims 8589934591 bytes, and the file has only" },
        { "a manifest of 5 MiB", "manifest.json has 5242880 bytes, more than 4194304" },
        { "another size, signed", "model/model.onnx has 1000 bytes, and the manifest says 1001" },
        { "a cut in the model", "model/model.onnx claims 1000 bytes" },
        { "a cut before the end", "the bundle is cut off" },
        { "bytes behind a member", "model/model.onnx has bytes behind its end" },
        { "bytes behind the end", "the bundle goes on behind its end" },
        { "an empty file", "the bundle is cut off" },
        { "no tar at all", "has a damaged header, or this is no bundle" },
    };

    [Theory, MemberData(nameof(Forgeries))]
    public void A_forged_bundle_is_refused_with_its_reason(string forgery, string reason)
    {
        using var other = RSA.Create(2048);
        var bytes = Forged(forgery);

        var fault = Assert.Throws<InvalidBundleException>(() => VerifyBundle.Run(new MemoryStream(bytes), forgery == "another key" ? other : TestBundle.Key, null));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_key_only_the_origin_goes_unchecked()
    {
        var parts = TestBundle.Parts();
        parts[1] = parts[1] with { Content = Flipped(parts[1].Content) };

        VerifyBundle.Run(new MemoryStream(TestBundle.Tar(parts)), null, null);

        parts[5] = parts[5] with { Content = Flipped(parts[5].Content) };
        Assert.Throws<InvalidBundleException>(() => VerifyBundle.Run(new MemoryStream(TestBundle.Tar(parts)), null, null));
    }

    private static byte[] Forged(string forgery)
    {
        var parts = TestBundle.Parts(Manifest(forgery));
        var model = parts.FindIndex(part => Encoding.UTF8.GetString(part.Header).StartsWith("model/model.onnx", StringComparison.Ordinal));
        switch (forgery)
        {
            case "a byte of the model": parts[model] = parts[model] with { Content = Flipped(parts[model].Content) }; break;
            case "a byte of the sample's answer": parts[4] = parts[4] with { Content = Flipped(parts[4].Content) }; break;
            case "a byte of the manifest": parts[0] = parts[0] with { Content = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(parts[0].Content).Replace("\"version\":1}", "\"version\":7}", StringComparison.Ordinal)) }; break;
            case "a byte of the signature": parts[1] = parts[1] with { Content = Flipped(parts[1].Content) }; break;
            case "an added member": parts.Insert(model, TarPart.Of("model/backdoor.so", [1])); break;
            case "an added member at the end": parts.Add(TarPart.Of("model/zz.so", [1])); break;
            case "a member twice": parts.Insert(model, parts[model]); break;
            case "a removed member": parts.RemoveAt(4); break;
            case "the last member removed": parts.RemoveAt(model + 1); break;
            case "members in another order": parts.Reverse(model, 2); break;
            case "a name that climbs": parts.Insert(model, TarPart.Of("../../etc/cron.d/job", [1])); break;
            case "an absolute name": parts.Insert(model, TarPart.Of("/etc/cron.d/job", [1])); break;
            case "a link": parts[model] = parts[model] with { Header = Header(parts[model].Header, 156, "2") }; break;
            case "a folder": parts[model] = parts[model] with { Header = Header(parts[model].Header, 156, "5") }; break;
            case "a header with an owner": parts[model] = parts[model] with { Header = Header(parts[model].Header, 265, "root") }; break;
            case "a damaged header": parts[model] = parts[model] with { Header = [.. parts[model].Header[..^1], 1] }; break;
            case "a size beyond the file": parts[model] = parts[model] with { Header = UstarHeader.Of("model/model.onnx", UstarHeader.MostBytes) }; break;
            case "a manifest of 5 MiB": parts[0] = TarPart.Of("manifest.json", new byte[5 << 20]); break;
        }
        var bytes = TestBundle.Tar(parts);
        var end = 2 * UstarHeader.Bytes;
        switch (forgery)
        {
            case "a cut in the model": return bytes[..^(end + 1_000 + 512)];
            case "a cut before the end": return bytes[..^512];
            case "bytes behind a member": bytes[^(end + 1_024 + 1)] = 1; return bytes;
            case "bytes behind the end": return [.. bytes, 0];
            case "an empty file": return [];
            case "no tar at all": return Enumerable.Repeat((byte)'x', 2_000).ToArray();
            default: return bytes;
        }
    }

    /// <summary>Signed by the right key all the same: a registry that was broken into is not believed in everything.</summary>
    private static Func<string, string>? Manifest(string forgery) => forgery switch
    {
        "a manifest of other spacing" => text => text.Replace("{\"artifact\"", "{ \"artifact\"", StringComparison.Ordinal),
        "a manifest with a name twice" => text => text.Replace("{\"artifact\"", "{\"artifact\":\"x\",\"artifact\"", StringComparison.Ordinal),
        "a manifest of another format" => text => text.Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal),
        "a signed name that climbs" => text => text.Replace("\"model/weights.bin\"", "\"model/../../x\"", StringComparison.Ordinal),
        "another size, signed" => text => text.Replace("\"size\":1000", "\"size\":1001", StringComparison.Ordinal),
        _ => null,
    };

    private static byte[] Flipped(byte[] content) => [(byte)(content[0] ^ 1), .. content[1..]];

    /// <summary>Changed, with a sum that fits.</summary>
    private static byte[] Header(byte[] header, int at, string text)
    {
        var changed = header.ToArray();
        Encoding.ASCII.GetBytes(text, changed.AsSpan(at));
        "        "u8.CopyTo(changed.AsSpan(148));
        Encoding.ASCII.GetBytes(Convert.ToString(changed.Sum(b => (long)b), 8).PadLeft(6, '0') + "\0 ", changed.AsSpan(148));
        return changed;
    }
}
