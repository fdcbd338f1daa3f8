using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Promotions;

public readonly record struct PromotionId(Guid Value) : IId<PromotionId>
{
    public static PromotionId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static PromotionId From(Guid value) => new(value);
}
