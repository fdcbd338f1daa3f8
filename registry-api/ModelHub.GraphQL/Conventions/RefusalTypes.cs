using System.Collections.Concurrent;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Conventions;

/// <summary>Object types made from refusals and exceptions, all implementing <c>Error</c>.</summary>
internal sealed class RefusalTypes(FieldBuilder fields)
{
    private static readonly ConcurrentDictionary<Type, (Func<object, string> Message, Func<object, string> Code)> Texts = new();

    private readonly Dictionary<Type, ObjectDef> made = [];
    private InterfaceDef? error;

    private TypeRegistry Types => fields.Types;

    public ObjectDef Of(Type refusal)
    {
        if (made.TryGetValue(refusal, out var known))
            return known;
        var definition = Types.Named(new ObjectDef(Naming.Error(refusal) + "Error", null) { Description = fields.Docs.Of(refusal) ?? Naming.Sentence(Naming.Error(refusal)) + "." });
        made[refusal] = definition;
        var face = Error();
        definition.Interfaces.Add(face);
        face.Implementations.Add(definition);
        definition.Add(Text("message", "What was refused and why, for people.", Message));
        definition.Add(Text("code", "The kind of refusal, for programs.", Code));
        foreach (var property in Members.Properties(refusal).Where(p => p.Name is not ("Message" or "Code") && p.DeclaringType != typeof(Exception)))
            definition.Add(fields.Property(property, source => ((ErrorValue)source).Refusal));
        return definition;
    }

    public static string Message(object refusal) => Texts.GetOrAdd(refusal.GetType(), TextsOf).Message(refusal);

    public static string Code(object refusal) => Texts.GetOrAdd(refusal.GetType(), TextsOf).Code(refusal);

    private static (Func<object, string> Message, Func<object, string> Code) TextsOf(Type refusal)
    {
        var (sentence, code) = (Naming.Sentence(Naming.Error(refusal)) + ".", Naming.UpperSnake(Naming.Error(refusal)));
        return (Reader(refusal, "Message", sentence), Reader(refusal, "Code", code));
    }

    private static Func<object, string> Reader(Type refusal, string property, string otherwise)
    {
        if (refusal.GetProperty(property) is not { } own)
            return _ => otherwise;
        var read = ResolverCompiler.Pure(own, null);
        return value => read(null!, value, [])?.ToString() ?? otherwise;
    }

    private FieldDef Text(string name, string description, Func<object, string> read)
    {
        Types.Leaves.Use(Types.Leaves.String);
        return new FieldDef(name, new NonNullDef(Types.Leaves.String)) { Description = description, Pure = (_, source, _) => read(((ErrorValue)source!).Refusal), Write = Types.Leaves.String.Write };
    }

    private InterfaceDef Error()
    {
        if (error is not null)
            return error;
        error = Types.Named(new InterfaceDef("Error", null) { Description = "A refusal: expected, and no fault of the server." });
        error.Add(Text("message", "What was refused and why, for people.", Message));
        error.Add(Text("code", "The kind of refusal, for programs.", Code));
        return error;
    }
}
