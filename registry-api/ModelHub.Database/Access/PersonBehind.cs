using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Who answers for what an actor did: for a token who made it, else the actor.</summary>
    public async Task<string> PersonBehindAsync(string actor, CancellationToken ct)
    {
        var prefix = Actor.Token("").Value;
        if (!actor.StartsWith(prefix, StringComparison.Ordinal))
            return actor;
        var name = actor[prefix.Length..];
        return await ServiceTokens.Where(t => t.Kind == TokenKind.Service && t.Name == name).Select(t => t.Person).SingleOrDefaultAsync(ct) ?? actor;
    }
}
