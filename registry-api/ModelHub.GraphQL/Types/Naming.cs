using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelHub.GraphQL.Types;

/// <summary>Names of the schema from names of the code.</summary>
internal static partial class Naming
{
    public static string Type(Type type) => Attribute<GraphQLNameAttribute>(type)?.Name ?? Generic(type);

    public static string Input(Type type)
    {
        var name = Type(type);
        return name.EndsWith("Input", StringComparison.Ordinal) || Attribute<GraphQLNameAttribute>(type) is not null ? name : name + "Input";
    }

    public static string Field(MemberInfo member) => Attribute<GraphQLNameAttribute>(member)?.Name ?? Camel(member is MethodInfo ? Method(member.Name) : member.Name);

    public static string Argument(ParameterInfo parameter) => parameter.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? Camel(parameter.Name!);

    public static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    public static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary><c>GetModelAsync</c> → <c>Model</c>.</summary>
    public static string Method(string name)
    {
        if (name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5)
            name = name[..^5];
        return name.StartsWith("Get", StringComparison.Ordinal) && name.Length > 3 && char.IsUpper(name[3]) ? name[3..] : name;
    }

    /// <summary><c>InProgress</c> → <c>IN_PROGRESS</c>, <c>Int8</c> → <c>INT8</c>.</summary>
    public static string UpperSnake(string name) => Words().Replace(name, "_").ToUpperInvariant();

    /// <summary><c>GatesUnmet</c> → <c>Gates unmet</c>.</summary>
    public static string Sentence(string name)
    {
        var words = Words().Replace(name, " ").ToLowerInvariant();
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Without the ending that the schema adds itself.</summary>
    public static string Error(Type type)
    {
        var name = Type(type);
        foreach (var ending in (string[])["Exception", "Error", "Refusal"])
        {
            if (name.EndsWith(ending, StringComparison.Ordinal) && name.Length > ending.Length)
                return name[..^ending.Length];
        }

        return name;
    }

    public static bool IsName(string name) => Name().IsMatch(name);

    private static T? Attribute<T>(MemberInfo member)
        where T : Attribute => member.GetCustomAttribute<T>(inherit: false);

    private static string Generic(Type type)
    {
        if (!type.IsGenericType)
            return type.Name;
        var text = new StringBuilder(type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]);
        foreach (var argument in type.GetGenericArguments())
            text.Append(text.Length > 0 ? "Of" : "").Append(Type(argument));
        return text.ToString();
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Words();

    [GeneratedRegex("^[_A-Za-z][_0-9A-Za-z]*$")]
    private static partial Regex Name();
}
