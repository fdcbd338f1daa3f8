using System.Text;

namespace ModelHub.Router.Forwarding;

/// <summary>The paths under which a node answers for one version.</summary>
internal sealed class ModelPaths(string model, string version)
{
    public static readonly ModelPaths None = new("", "");

    private readonly byte[] infer = Encoding.ASCII.GetBytes($"/v2/models/{model}/versions/{version}/infer");
    private readonly byte[] predict = Encoding.ASCII.GetBytes($"/predict/{model}/versions/{version}");
    private readonly byte[] explain = Encoding.ASCII.GetBytes($"/v2/models/{model}/versions/{version}/explain");
    private readonly byte[] metadata = Encoding.ASCII.GetBytes($"/v2/models/{model}/versions/{version}");
    private readonly byte[] ready = Encoding.ASCII.GetBytes($"/v2/models/{model}/versions/{version}/ready");

    public byte[] Of(Verb verb) => verb switch
    {
        Verb.Infer => infer,
        Verb.Predict => predict,
        Verb.Explain => explain,
        Verb.Metadata => metadata,
        _ => ready,
    };
}
