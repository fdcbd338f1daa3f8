namespace ModelHub.Cli.Bundles;

/// <summary>A bundle is not what it claims to be.</summary>
/// <param name="member">Which part of it.</param>
/// <param name="wrong">What is wrong with that, as the end of a sentence that begins with its name.</param>
internal sealed class InvalidBundleException(string member, string wrong) : Exception($"{member} {wrong}")
{
    public string Member => member;

    public string Wrong => wrong;
}
