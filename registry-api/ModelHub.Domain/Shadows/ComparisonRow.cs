using ModelHub.Domain.Nodes;

namespace ModelHub.Domain.Shadows;

/// <summary>
/// All that one router has found for a test since it began to compare at <see cref="Since"/>. Each word of the router replaces the one before:
/// one that is lost or comes twice changes nothing. Gone when the test has ended and keeps the sum.
/// </summary>
public sealed class ComparisonRow
{
    private ComparisonRow()
    {
    }

    public ShadowTestId ShadowTestId { get; private set; }

    public RouterId RouterId { get; private set; }

    public DateTimeOffset Since { get; private set; }

    public DateTimeOffset Until { get; private set; }

    public Comparison Found { get; private set; } = Comparison.None;
}
