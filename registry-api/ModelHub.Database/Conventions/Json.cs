using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ModelHub.Database.Conventions;

public static class Json
{
    /// <summary>
    /// How values lie in jsonb columns: camelCase, enums as UPPER_SNAKE, NaN kept as "NaN". PostgreSQL reorders
    /// keys, so a type discriminator may stand anywhere.
    /// </summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper) },
    };

    /// <summary>An immutable value in a jsonb column.</summary>
    internal static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property) =>
        property.HasConversion(new JsonConverter<T>(), new JsonComparer<T>()).HasColumnType("jsonb");

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new InvalidOperationException("A jsonb column holds null.");
}

internal sealed class JsonConverter<T>() : ValueConverter<T, string>(value => Json.Write(value), text => Json.Read<T>(text));

/// <summary>Values are immutable: the snapshot is the value itself, and equal means written the same.</summary>
internal sealed class JsonComparer<T>() : ValueComparer<T>(
    (a, b) => ReferenceEquals(a, b) || Json.Write(a) == Json.Write(b),
    value => Json.Write(value).GetHashCode(StringComparison.Ordinal),
    value => value);
