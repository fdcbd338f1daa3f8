using ModelHub.Domain.Basics;
using ModelHub.Domain.Predictions;
using Xunit;

namespace ModelHub.Tests.Domain.Predictions;

public sealed class LedgerPolicyTests
{
    public static TheoryData<LedgerPolicy, string> Wrong => new()
    {
        { new(-0.1), "share" },
        { new(1.1), "share" },
        { new(double.NaN), "share" },
        { new(1, PerSecond: 0), "perSecond" },
        { new(1, PerSecond: 10_001), "perSecond" },
        { new(1, Bytes: 255), "bytes" },
        { new(1, Bytes: 262_145), "bytes" },
        { new(1, Days: 0), "days" },
        { new(1, Days: 3_651), "days" },
        { new(1, Redacted: [""]), "redacted" },
        { new(1, Hashed: [new string('x', 201)]), "hashed" },
        { new(1, Hashed: ["a\nb"]), "hashed" },
        { new(1, Redacted: [.. Enumerable.Range(0, 101).Select(i => $"f{i}")]), "redacted" },
        { new(1, Redacted: ["Name"], Hashed: ["name"]), "hashed" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_policy_beyond_its_limits_is_refused_by_the_name_of_the_field(LedgerPolicy policy, string field) =>
        Assert.Equal(field, Assert.IsType<InvalidInput>(policy.Check()).Field);

    [Fact]
    public void The_limits_themselves_are_fine()
    {
        Assert.Null(new LedgerPolicy(0, 1, ["a"], ["b"], 256, 1).Check());
        Assert.Null(new LedgerPolicy(1, 10_000, [], [], 262_144, 3_650).Check());
    }
}
