using System.Net;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Webhooks;
using Xunit;

namespace ModelHub.Tests.Domain.Webhooks;

public sealed class WebhookRulesTests
{
    private static readonly AllowedNetworks Listed = AllowedNetworks.Parse("10.1.0.0/16, 192.168.7.7,fd00:1::/32")!;

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.7.7", true)]
    [InlineData("192.168.7.8", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.1.0.1", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd00:1::1", true)]
    [InlineData("ff02::1", false)]
    public void Only_public_addresses_and_listed_networks_are_called(string address, bool allowed) =>
        Assert.Equal(allowed, Listed.Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://hooks.example.org/modelhub", null)]
    [InlineData("https://10.1.2.3/x", null)]
    [InlineData("http://10.1.2.3:8080/x", null)]
    [InlineData("http://93.184.216.34/x", "https")]
    [InlineData("https://127.0.0.1/x", "private")]
    [InlineData("https://localhost/x", "private")]
    [InlineData("https://[::1]:8443/x", "private")]
    [InlineData("https://2130706433/x", "private")]
    [InlineData("https://0x7f.1/x", "private")]
    [InlineData("https://169.254.169.254/latest/meta-data", "private")]
    [InlineData("https://user:pass@hooks.example.org/", "password")]
    [InlineData("https://hooks.example.org/#x", "fragment")]
    [InlineData("ftp://hooks.example.org/", "http")]
    [InlineData("hooks", "http")]
    public void An_address_that_may_not_be_called_is_refused_with_the_reason(string url, string? reason)
    {
        var refusal = WebhookUrl.Check(url, Listed);

        if (reason is null)
            Assert.Null(refusal);
        else
        {
            var invalid = Assert.IsType<InvalidInput>(refusal);
            Assert.Equal("url", invalid.Field);
            Assert.Contains(reason, invalid.Limit, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("intranet")]
    public void A_network_that_is_none_is_refused(string text) => Assert.Null(AllowedNetworks.Parse(text));

    [Theory]
    [InlineData("version.promoted", true)]
    [InlineData("promotion.*", true)]
    [InlineData("endpoint.rolled-back", true)]
    [InlineData("version.promotd", false)]
    [InlineData("*", false)]
    [InlineData("promo.*", false)]
    [InlineData("version.%", false)]
    public void Only_events_that_exist_can_be_asked_for(string pattern, bool known) => Assert.Equal(known, EventPattern.MatchesAny(pattern));

    [Fact]
    public void Every_event_type_is_lower_case_words_joined_by_dots_and_hyphens()
    {
        Assert.True(EventPattern.Known.Count > 40);
        Assert.All(EventPattern.Known, type => Assert.Matches("^[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+$", type));
    }

    [Fact]
    public void A_message_is_tried_over_a_day_and_then_parked()
    {
        var pauses = Enumerable.Range(1, DeliverySchedule.MostAttempts).Select(attempt => DeliverySchedule.After(attempt, 0.5)).ToList();

        Assert.Null(pauses[^1]);
        Assert.All(pauses[..^1], pause => Assert.NotNull(pause));
        Assert.Equal(pauses[..^1].Order(), pauses[..^1]);
        Assert.InRange(pauses[..^1].Sum(pause => pause!.Value.TotalHours), 23, 25);
        Assert.InRange(DeliverySchedule.After(1, 0)!.Value.TotalSeconds, 4.5, 4.5);
        Assert.InRange(DeliverySchedule.After(1, 0.999)!.Value.TotalSeconds, 5, 5.5);
    }

    [Fact]
    public void A_rotated_secret_signs_beside_the_new_one_for_the_overlap_only()
    {
        var first = new SealedSecret("k", [1], [1], Sample.Now);
        var second = new SealedSecret("k", [2], [2], Sample.Now.AddDays(1));
        var third = new SealedSecret("k", [3], [3], Sample.Now.AddDays(2));
        var webhook = Webhook.Create("ci", "https://hooks.example.org/", [], first, Sample.Ada, Sample.Now).Value;

        Assert.Null(webhook.Rotate(second, 24, Sample.Now.AddDays(1)));
        Assert.Equal([null, Sample.Now.AddDays(2)], webhook.Secrets.Select(secret => secret.ExpiresAt));
        Assert.Null(webhook.Rotate(third, 0, Sample.Now.AddDays(2)));
        Assert.Equal([third], webhook.Secrets);
        Assert.Equal("overlapHours", Assert.IsType<InvalidInput>(webhook.Rotate(first, 169, Sample.Now)).Field);
    }
}
