using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using ModelHub.Domain.Basics;

namespace ModelHub.Database.Conventions;

internal sealed class IdConverter<TId>() : ValueConverter<TId, Guid>(id => id.Value, value => Make(value))
    where TId : struct, IId<TId>
{
    /// <summary>An expression tree cannot name a static abstract member.</summary>
    private static TId Make(Guid value) => TId.From(value);
}

internal static class Ids
{
    /// <summary>Every id type of the domain is stored as a uuid.</summary>
    public static void StoreIdsAsUuids(this ModelConfigurationBuilder configuration)
    {
        foreach (var type in typeof(IId<>).Assembly.GetTypes().Where(t => t.IsValueType && Implements(t)))
            configuration.Properties(type).HaveConversion(typeof(IdConverter<>).MakeGenericType(type));
    }

    public static bool Implements(Type type) =>
        type.GetTypeInfo().ImplementedInterfaces.Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>));
}
