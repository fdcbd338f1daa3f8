using ModelHub.Domain.Access;

namespace ModelHub.Domain.Events;

public sealed record UserCreated(string User)
    : Event("user.created", Subjects.User(User));

public sealed record LoginLinkCreated(string User, DateTimeOffset ExpiresAt)
    : Event("login-link.created", Subjects.User(User));

public sealed record SignedIn(string User)
    : Event("user.signed-in", Subjects.User(User));

public sealed record SignedOut(string User)
    : Event("user.signed-out", Subjects.User(User));

public sealed record RoleBound(string Holder, Role Role, string Namespace, string Environment)
    : Event("role.bound", Holder);

public sealed record RoleUnbound(string Holder, Role Role, string Namespace, string Environment)
    : Event("role.unbound", Holder);

public sealed record TokenIssued(string Token, IReadOnlyList<TokenScope> Scopes, DateTimeOffset ExpiresAt)
    : Event("token.issued", Subjects.Token(Token));

public sealed record TokenRevoked(string Token)
    : Event("token.revoked", Subjects.Token(Token));
