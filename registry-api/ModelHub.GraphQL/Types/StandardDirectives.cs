using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>The directives that the specification names (September 2025, 3.13).</summary>
internal static class StandardDirectives
{
    public static DirectiveDef[] Of(Leaves leaves) =>
    [
        new DirectiveDef("deprecated", ["FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INPUT_FIELD_DEFINITION", "ENUM_VALUE"])
        {
            Description = "The member will go away.",
            Args = [new InputValueDef("reason", new NonNullDef(leaves.String)) { Description = "What to use instead.", Default = new StringValue(0, "No longer supported") }],
        },
        new DirectiveDef("include", ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"])
        {
            Description = "Only when the argument is true.",
            Args = [new InputValueDef("if", new NonNullDef(leaves.Boolean))],
        },
        new DirectiveDef("oneOf", ["INPUT_OBJECT"]) { Description = "Exactly one field must be given." },
        new DirectiveDef("skip", ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"])
        {
            Description = "Not when the argument is true.",
            Args = [new InputValueDef("if", new NonNullDef(leaves.Boolean))],
        },
        new DirectiveDef("specifiedBy", ["SCALAR"])
        {
            Description = "Where the scalar is specified.",
            Args = [new InputValueDef("url", new NonNullDef(leaves.String))],
        },
    ];
}
