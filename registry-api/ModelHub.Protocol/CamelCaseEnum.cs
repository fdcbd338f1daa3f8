using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

/// <summary>Enums travel as words; numbers are refused because they shift when a word is added.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
