using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Alerts;

public readonly record struct AlertRuleId(Guid Value) : IId<AlertRuleId>
{
    public static AlertRuleId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static AlertRuleId From(Guid value) => new(value);
}

public readonly record struct AlertId(Guid Value) : IId<AlertId>
{
    public static AlertId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static AlertId From(Guid value) => new(value);
}

public readonly record struct SilenceId(Guid Value) : IId<SilenceId>
{
    public static SilenceId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static SilenceId From(Guid value) => new(value);
}
