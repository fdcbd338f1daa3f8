using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ModelHub.GraphQL.Types;

/// <summary>Descriptions from attributes, else from the documentation files beside the assemblies, else what the host says of a name.</summary>
internal sealed partial class XmlDocs(IReadOnlyDictionary<string, string> words)
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> files = [];

    public string? Of(Type type) => Attribute(type) ?? Text(Find(type.Assembly, "T:" + Name(type))?.Element("summary")) ?? Word(Naming.Type(type));

    /// <summary>What the host says of a name.</summary>
    public string? Word(string name) => words.GetValueOrDefault(name);

    public string? Of(MemberInfo member)
    {
        if (Attribute(member) is { } given)
            return given;
        var owner = member.DeclaringType!;
        var id = member switch
        {
            PropertyInfo => $"P:{Name(owner)}.{member.Name}",
            FieldInfo => $"F:{Name(owner)}.{member.Name}",
            MethodInfo method => "M:" + MethodName(method),
            _ => "",
        };
        return Text(Find(owner.Assembly, id)?.Element("summary"))
            ?? (member is PropertyInfo ? Parameter(Find(owner.Assembly, "T:" + Name(owner)), member.Name) : null)
            ?? Word(owner, member is FieldInfo value ? Naming.UpperSnake(value.Name) : Naming.Field(member));
    }

    public string? Of(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<GraphQLDescriptionAttribute>() is { } given)
            return given.Description;
        return (parameter.Member is MethodInfo method ? Parameter(Find(method.DeclaringType!.Assembly, "M:" + MethodName(method)), parameter.Name!) : null)
            ?? Word(Naming.Argument(parameter));
    }

    private string? Word(Type owner, string name) => Word($"{Naming.Type(owner)}.{name}") ?? Word(name);

    private static string? Attribute(MemberInfo member) => member.GetCustomAttribute<GraphQLDescriptionAttribute>()?.Description;

    private static string? Parameter(XElement? member, string name) =>
        Text(member?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == name));

    private XElement? Find(Assembly assembly, string id)
    {
        if (!files.TryGetValue(assembly, out var members))
            files[assembly] = members = Load(assembly);
        return members.GetValueOrDefault(id);
    }

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        var path = assembly.IsDynamic || assembly.Location.Length == 0 ? null : Path.ChangeExtension(assembly.Location, ".xml");
        if (path is null || !File.Exists(path))
            return [];
        return XDocument.Load(path).Descendants("member").GroupBy(m => (string)m.Attribute("name")!).ToDictionary(g => g.Key, g => g.First());
    }

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string MethodName(MethodInfo method)
    {
        var text = new StringBuilder(Name(method.DeclaringType!)).Append('.').Append(method.Name);
        var parameters = method.GetParameters();
        return parameters.Length == 0 ? text.ToString() : text.Append('(').AppendJoin(',', parameters.Select(p => Reference(p.ParameterType))).Append(')').ToString();
    }

    private static string Reference(Type type)
    {
        if (type.IsArray)
            return Reference(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.FullName!.Replace('+', '.');
        var name = type.GetGenericTypeDefinition().FullName!.Replace('+', '.');
        return $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(Reference))}}}";
    }

    private static string? Text(XElement? element)
    {
        if (element is null)
            return null;
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "see" or "seealso" } link => Last((string?)link.Attribute("cref") ?? (string?)link.Attribute("langword") ?? link.Value),
                XElement { Name.LocalName: "paramref" or "typeparamref" } link => (string?)link.Attribute("name"),
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement other => other.Value,
                _ => "",
            });
        }

        var joined = Spaces().Replace(text.ToString(), " ").Trim();
        return joined.Length == 0 ? null : joined;
    }

    private static string Last(string cref) => cref[(cref.LastIndexOfAny(['.', ':']) + 1)..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
