namespace ModelHub.Hosting;

/// <summary>The configuration is wrong; the message lists every fault, one per line.</summary>
public sealed class InvalidConfigurationException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
