using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

/// <summary>Who holds a role: a user or a service token.</summary>
internal sealed record Holder(UserId? User, ServiceTokenId? Token, string Subject)
{
    public static async Task<Result<Holder>> FindAsync(ModelHubDb db, string? user, ServiceTokenId? token, CancellationToken ct)
    {
        if (user is null == token is null)
            return new InvalidInput("user", "either a user or a token");
        if (user is not null)
            return await db.FindUserAsync(user, ct) is { } person
                ? new Holder(person.Id, null, Subjects.User(person.Name))
                : new UserNotFound(user);
        return await db.ServiceTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == token && t.Kind == TokenKind.Service, ct) is { } program
            ? new Holder(null, token, Subjects.Token(program.Name))
            : new ServiceTokenNotFound();
    }
}
