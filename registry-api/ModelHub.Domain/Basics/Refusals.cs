namespace ModelHub.Domain.Basics;

/// <param name="Field">The input field at fault, in camelCase.</param>
/// <param name="Limit">What would have been accepted.</param>
public sealed record InvalidInput(string Field, string Limit)
    : Refusal($"{Field}: {Limit}");

public sealed record RevisionConflict(long Expected, long Actual)
    : Refusal($"The revision is {Actual}, not {Expected}: somebody changed it in the meantime.");

public sealed record IdempotencyKeyReused(string Key)
    : Refusal("The idempotency key was used for another request.");

/// <param name="Made">What was made under the key.</param>
public sealed record SecretAlreadyShown(string Made)
    : Refusal($"This was done under the same idempotency key, and the secret was shown then: {Made}. If it was lost, revoke it and make another under another key.");

public sealed record NameTaken(string Name)
    : Refusal($"The name {Name} is taken.");

/// <summary>Says no more than that: the caller learns nothing about what exists.</summary>
public sealed record NotPermitted()
    : Refusal("Not permitted.");
