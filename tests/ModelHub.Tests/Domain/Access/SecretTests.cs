using System.Security.Cryptography;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Domain.Access;

public sealed class SecretTests
{
    [Fact]
    public void A_secret_is_found_by_its_id_and_known_by_its_hash()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var secret = Secret.Create(Secret.TokenPrefix, RandomNumberGenerator.GetBytes(Secret.Entropy));

            Assert.Equal(secret.KeyId, Secret.KeyIdOf(secret.Text, Secret.TokenPrefix));
            Assert.True(Secret.Matches(secret.Text, secret.Hash));
            Assert.False(Secret.Matches(secret.Text[..^1] + (secret.Text[^1] == 'A' ? 'B' : 'A'), secret.Hash));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mh_")]
    [InlineData("mh_0123456789AB-0123456789012345678901234567890123456789012")]
    [InlineData("mh_0123456789A!_0123456789012345678901234567890123456789012")]
    [InlineData("mh_0123456789AB_01234567890123456789012345678901234567890 2")]
    [InlineData("mh_0123456789AB_0123456789012345678901234567890123456789012x")]
    [InlineData("mn_0123456789AB_0123456789012345678901234567890123456789012")]
    public void What_has_not_the_form_has_no_id(string? presented) =>
        Assert.Null(Secret.KeyIdOf(presented, Secret.TokenPrefix));

    [Fact]
    public void It_does_not_print_itself()
    {
        var secret = Secret.Create(Secret.TokenPrefix, new byte[Secret.Entropy]);

        Assert.DoesNotContain(secret.Text, $"{secret}");
    }

    [Fact]
    public void A_login_link_opens_once_and_only_in_time()
    {
        var now = Sample.Now;
        var user = User.Create("ada", null, now).Value;
        var code = Secret.Create(LoginLink.CodePrefix, RandomNumberGenerator.GetBytes(Secret.Entropy));
        var link = LoginLink.Create(user.Id, code, Sample.Ada, now.AddMinutes(10), now);
        var late = LoginLink.Create(user.Id, code, Sample.Ada, now.AddMinutes(10), now);

        Assert.Equal(new LoginLinkInvalid(), link.Redeem(code.Text + "x", now));
        Assert.Null(link.Redeem(code.Text, now));
        Assert.Equal(new LoginLinkInvalid(), link.Redeem(code.Text, now));
        Assert.Equal(new LoginLinkInvalid(), late.Redeem(code.Text, now.AddMinutes(10)));
    }
}
