using System.Security.Cryptography;
using System.Text;
using ModelHub.Domain.Webhooks;
using Xunit;

namespace ModelHub.Tests.Domain.Webhooks;

public sealed class SigningTests
{
    private static readonly byte[] Nonce = [.. Enumerable.Range(0, SecretBox.NonceBytes).Select(i => (byte)i)];

    /// <summary>Key, message and signature as the libraries of Standard Webhooks use them in their own tests.</summary>
    [Fact]
    public void A_signature_is_what_the_libraries_of_standard_webhooks_expect()
    {
        var secret = new WebhookSecret(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

        var signature = secret.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8);

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public void A_secret_that_was_sealed_opens_with_its_own_setting_and_with_no_other()
    {
        var secret = WebhookSecret.Create(RandomNumberGenerator.GetBytes(WebhookSecret.Bytes));
        var before = new SecretBox(new string('a', 32));
        var now = new SecretBox(new string('b', 32), before: new string('a', 32));
        var other = new SecretBox(new string('c', 32));

        var sealedSecret = before.Seal(secret, Nonce, Sample.Now);

        Assert.Equal(secret.Text, before.Open(sealedSecret)?.Text);
        Assert.Equal(secret.Text, now.Open(sealedSecret)?.Text);
        Assert.Null(other.Open(sealedSecret));
        Assert.DoesNotContain(Convert.ToHexString(secret.Key), Convert.ToHexString(sealedSecret.Cipher), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sealed_secret_that_was_changed_does_not_open()
    {
        var box = new SecretBox(new string('a', 32));
        var sealedSecret = box.Seal(WebhookSecret.Create(RandomNumberGenerator.GetBytes(WebhookSecret.Bytes)), Nonce, Sample.Now);

        for (var i = 0; i < sealedSecret.Cipher.Length; i++)
        {
            var changed = sealedSecret.Cipher.ToArray();
            changed[i] ^= 1;
            Assert.Null(box.Open(sealedSecret with { Cipher = changed }));
        }
        Assert.Null(box.Open(sealedSecret with { Cipher = [1, 2, 3] }));
        Assert.Null(box.Open(sealedSecret with { Nonce = [1] }));
    }

    [Fact]
    public void Secrets_do_not_print_themselves()
    {
        var secret = WebhookSecret.Create(Encoding.UTF8.GetBytes(new string('x', WebhookSecret.Bytes)));

        Assert.DoesNotContain(Convert.ToBase64String(secret.Key), $"{secret}", StringComparison.Ordinal);
    }
}
