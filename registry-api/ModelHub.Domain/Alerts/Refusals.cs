using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Alerts;

public sealed record AlertRuleNotFound(string Rule)
    : Refusal($"There is no alert rule {Rule}.");

public sealed record AlertNotFound()
    : Refusal("There is no such alert.");

public sealed record AlertOver()
    : Refusal("The alert has resolved itself.");

public sealed record SilenceNotFound()
    : Refusal("There is no such silence.");

public sealed record SilenceOver()
    : Refusal("The silence has ended.");
