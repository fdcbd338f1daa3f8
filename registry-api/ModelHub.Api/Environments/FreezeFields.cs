namespace ModelHub.Api.Environments;

[ObjectType<Freezing>(Only = [nameof(Freezing.Name), nameof(Freezing.Until), nameof(Freezing.Action)])]
[Authorize(nameof(Permission.Read))]
internal static class FreezingFields;

[ObjectType<ComingFreeze>(Only = [nameof(ComingFreeze.Name), nameof(ComingFreeze.From), nameof(ComingFreeze.Until), nameof(ComingFreeze.Action)])]
[Authorize(nameof(Permission.Read))]
internal static class ComingFreezeFields;
