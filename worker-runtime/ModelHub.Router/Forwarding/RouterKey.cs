using System.Text;

namespace ModelHub.Router.Forwarding;

/// <summary>What this router shows nodes; replaced when the API gives it another key.</summary>
internal sealed class RouterKey
{
    private volatile Shown shown = new(null);

    /// <summary>The whole header line.</summary>
    public ReadOnlySpan<byte> Line => shown.Line;

    public string Bearer => shown.Bearer;

    public void Replace(string? key) => shown = new Shown(key);

    private sealed class Shown(string? key)
    {
        public string Bearer { get; } = "Bearer " + key;

        public byte[] Line { get; } = Encoding.ASCII.GetBytes($"Authorization: Bearer {key}\r\n");
    }
}
