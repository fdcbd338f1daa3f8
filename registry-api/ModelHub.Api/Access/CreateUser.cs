using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

internal sealed record CreateUserInput(string Name, string? DisplayName, string? IdempotencyKey);

[MutationType]
internal static class CreateUser
{
    /// <summary>Adds a person. Without a role bound to them they may do nothing.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(NameTaken))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<User, Refusal>> CreateUserAsync(CreateUserInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CreateUser), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<User>> RunAsync(CreateUserInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (User.Create(input.Name, input.DisplayName, time.GetUtcNow()).IsRefused(out var refusal, out var user))
            return refusal;
        if (await db.Users.AnyAsync(u => u.Name == user.Name, ct))
            return new NameTaken(user.Name);
        db.Users.Add(user);
        return await db.CommitAsync(new UserCreated(user.Name), caller.Actor, ct) is { } taken ? taken : user;
    }
}
