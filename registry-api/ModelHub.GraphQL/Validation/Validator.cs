using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>The rules of the specification over a whole document.</summary>
internal static class Validator
{
    /// <summary>What is wrong with the document, at most as many errors as the limits say.</summary>
    /// <param name="schema">What may be asked.</param>
    /// <param name="document">What is asked.</param>
    /// <param name="limits">How much may be asked.</param>
    /// <param name="suggests">Messages may tell names of the schema.</param>
    public static GraphQLError[] Validate(Schema schema, Document document, GraphQLLimits limits, bool suggests)
    {
        var faults = new Faults(document.Source, limits, suggests);
        var fragments = Fragments.Of(document, faults, limits);
        if (fragments is null)
            return faults.All;
        Operations.Check(schema, document, fragments, faults);
        var uses = DocumentWalk.Run(schema, document, fragments, faults, limits);
        VariableUse.Check(schema, document, fragments, uses, faults, limits);
        if (!faults.IsFull)
            new FieldMerging(schema, fragments, faults, limits).Check(document);
        if (!faults.Any)
            new Depth(schema, fragments, faults, limits).Check(document);
        return faults.All;
    }
}
