using System.Security.Cryptography;
using System.Text;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Bundles;
using ModelHub.Domain.Models;
using ModelHub.Tests.Domain;

namespace ModelHub.Tests.Cli;

/// <summary>One file of a tar archive, header and all, so that each can be forged.</summary>
internal sealed record TarPart(byte[] Header, byte[] Content)
{
    public static TarPart Of(string name, byte[] content) => new(UstarHeader.Of(name, content.Length), content);
}

/// <summary>A bundle in memory, as the API writes one, in parts.</summary>
internal static class TestBundle
{
    public static readonly RSA Key = RSA.Create(BundleKey.Bits);

    public static readonly byte[] Model = [.. Enumerable.Range(0, 1_000).Select(i => (byte)i)];
    public static readonly byte[] Weights = [1, 2, 3];
    private static readonly byte[] Request = """{"inputs":[]}"""u8.ToArray();
    private static readonly byte[] Answer = """{"outputs":[]}"""u8.ToArray();

    /// <summary>manifest.json, manifest.sig, signature.json, sample/request.json, sample/answer.json, model/model.onnx, model/weights.bin.</summary>
    public static List<TarPart> Parts(Func<string, string>? forge = null)
    {
        var version = Sample.Registered();
        version.Accept(
            Sample.Credit, [new ArtifactFile("weights.bin", Weights.Length, Digest.Of(Weights).Value), new ArtifactFile("model.onnx", Model.Length, Digest.Of(Model).Value)],
            ArtifactScan.NotApplicable, Sample.Now);
        var sample = new ModelSample("model.onnx", Digest.Of(Request).Value, Request.Length, Digest.Of(Answer).Value, Answer.Length, "1.23");
        var bundle = EdgeBundle.Of("risk.credit-scoring", version, sample, BundleKey.NameOf(Key));
        var manifest = forge is null ? bundle.Manifest : Encoding.UTF8.GetBytes(forge(Encoding.UTF8.GetString(bundle.Manifest)));
        return
        [
            TarPart.Of("manifest.json", manifest),
            TarPart.Of("manifest.sig", Key.SignData(manifest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            .. bundle.Members.Select(member => TarPart.Of(member.Name, member.Content ?? Stored(member.Name))),
        ];
    }

    public static byte[] Tar(IEnumerable<TarPart> parts) =>
        [.. parts.SelectMany(part => (byte[])[.. part.Header, .. part.Content, .. new byte[UstarHeader.Padding(part.Content.Length)]]), .. new byte[2 * UstarHeader.Bytes]];

    private static byte[] Stored(string name) => name switch
    {
        "sample/request.json" => Request,
        "sample/answer.json" => Answer,
        "model/model.onnx" => Model,
        _ => Weights,
    };
}
