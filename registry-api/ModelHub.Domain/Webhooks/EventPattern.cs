using System.Reflection;
using ModelHub.Domain.Events;

namespace ModelHub.Domain.Webhooks;

/// <summary>An event's type (<c>version.promoted</c>), or the beginning of some with <c>.*</c> behind it (<c>promotion.*</c>).</summary>
public static class EventPattern
{
    private const string Rest = ".*";

    /// <summary>The types of all events there are.</summary>
    public static readonly IReadOnlyCollection<string> Known = [.. typeof(Event).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Event)) && !t.IsAbstract).Select(TypeOf).Order(StringComparer.Ordinal)];

    public static bool MatchesAny(string pattern) => Known.Any(type => Matches(pattern, type));

    public static bool Matches(string pattern, string type) =>
        pattern == type || (pattern.EndsWith(Rest, StringComparison.Ordinal) && type.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));

    /// <summary>For LIKE; types hold letters, dots and hyphens only.</summary>
    public static string Like(string pattern) => pattern.EndsWith(Rest, StringComparison.Ordinal) ? pattern[..^1] + "%" : pattern;

    // The type is said in the constructor's call of its base, so one of each has to be made.
    private static string TypeOf(Type type)
    {
        var constructor = type.GetConstructors()[0];
        return ((Event)constructor.Invoke([.. constructor.GetParameters().Select(Nothing)])).Type;
    }

    private static object? Nothing(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { IsValueType: true } value => Activator.CreateInstance(value),
        { } text when text == typeof(string) => "",
        _ => null,
    };
}
