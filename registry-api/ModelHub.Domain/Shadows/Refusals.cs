using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Shadows;

public sealed record ShadowTestNotFound()
    : Refusal("There is no such shadow test.");

public sealed record NothingToCompareWith(string Model, string Environment)
    : Refusal($"{Model} has no version that answers in {Environment}: there is nothing to compare with.");

public sealed record AlreadyShadowed(string Model, int Version, string Environment)
    : Refusal($"{Model}@{Version} is in a shadow test in {Environment} already.");

/// <param name="Most">How many an endpoint carries at once.</param>
public sealed record TooManyShadows(int Most)
    : Refusal($"{Most} versions get copies of this endpoint's requests already; stop one of these tests.");

public sealed record ShadowTestEnded(ShadowTestState State)
    : Refusal($"The shadow test has ended: {State}.");

public sealed record ShadowTestNotPassed(ShadowTestState State)
    : Refusal($"The shadow test is {State}, not Passed; promote the version by its name if it shall go live all the same.");
