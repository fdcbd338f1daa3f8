namespace ModelHub.Domain.Experiments;

/// <summary>What is known of one arm at one moment. Each key counts once.</summary>
/// <param name="Arm">Its number.</param>
/// <param name="Exposed">Keys that were given this arm.</param>
/// <param name="Measured">Of these: with a value. One whose answer failed or whose label has not come has none.</param>
/// <param name="Mean">Of the values; null without any.</param>
/// <param name="Variance">Of the values, of a sample; null with fewer than two.</param>
public sealed record ArmTotals(int Arm, long Exposed, long Measured, double? Mean = null, double? Variance = null);
