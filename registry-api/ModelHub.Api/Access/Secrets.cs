using System.Security.Cryptography;

namespace ModelHub.Api.Access;

internal static class Secrets
{
    public static Secret New(string prefix) => Secret.Create(prefix, RandomNumberGenerator.GetBytes(Secret.Entropy));
}
