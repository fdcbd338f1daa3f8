using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Planning;

/// <summary>The operation wants more than the limits allow.</summary>
internal sealed class PlanLimitException(string message) : Exception(message);

/// <summary>
/// Compiles a valid operation. The values of the Boolean variables of @skip and @include are known here: each
/// combination has its own plan.
/// </summary>
internal sealed class Planner
{
    // Abstract types repeat a selection per object type; this bounds the repetition.
    private const int Repetition = 20;

    private readonly Schema schema;
    private readonly GraphQLLimits limits;
    private readonly Func<string, bool> condition;
    private readonly Dictionary<string, FragmentDefinition> fragments;
    private readonly HashSet<AccessRule> rules = [];
    private int slots;
    private int compiled;
    private bool costVaries;

    private Planner(Schema schema, Document document, GraphQLLimits limits, Func<string, bool> condition)
    {
        this.schema = schema;
        this.limits = limits;
        this.condition = condition;
        fragments = document.Fragments.ToDictionary(f => f.Name, StringComparer.Ordinal);
    }

    /// <exception cref="PlanLimitException">There are too many fields.</exception>
    public static Plan Compile(Schema schema, Document document, OperationDefinition operation, GraphQLLimits limits, Func<string, bool> condition)
    {
        var planner = new Planner(schema, document, limits, condition);
        var type = operation.Kind switch
        {
            OperationKind.Query => schema.Query,
            OperationKind.Mutation => schema.Mutation!,
            _ => schema.Subscription!,
        };
        var (root, fields) = planner.Selection(type, [operation.Selections]);
        if (root.Fields.Length > limits.MaxRootFields)
            throw new PlanLimitException($"The operation has too many root fields: {root.Fields.Length}, the limit is {limits.MaxRootFields}.");
        if (fields > limits.MaxFields)
            throw new PlanLimitException($"The operation selects too many fields: {fields}, the limit is {limits.MaxFields}.");
        var plan = new Plan { Source = document.Source, Operation = operation, Root = root, ArgumentSlots = planner.slots, Rules = [.. planner.rules], Fields = fields, Size = planner.compiled };
        if (!planner.costVaries)
            plan.FixedCost = Cost.Of(plan, VariableValues.None);
        return plan;
    }

    private (PlanSelection Selection, int Fields) Selection(ObjectDef type, IEnumerable<SelectionSet> sets)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var groups = new List<List<Field>>();
        var byName = new Dictionary<string, List<Field>>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var set in sets)
            Collect(type, set, groups, byName, visited);
        var total = 0;
        var fields = new PlanField[groups.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            (fields[i], var count) = Field(type, groups[i], first: i == 0);
            total += count;
        }

        return (new PlanSelection(type, fields), total);
    }

    private void Collect(ObjectDef type, SelectionSet set, List<List<Field>> groups, Dictionary<string, List<Field>> byName, HashSet<string> visited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var item in set.Items)
        {
            if (!Included(item.Directives))
                continue;
            switch (item)
            {
                case Field field:
                    if (!byName.TryGetValue(field.ResponseName, out var group))
                        groups.Add(byName[field.ResponseName] = group = []);
                    group.Add(field);
                    break;
                case InlineFragment inline when inline.On is null || Applies(inline.On.Name, type):
                    Collect(type, inline.Selections, groups, byName, visited);
                    break;
                case FragmentSpread spread when visited.Add(spread.Name) && fragments[spread.Name] is var fragment && Applies(fragment.On.Name, type):
                    Collect(type, fragment.Selections, groups, byName, visited);
                    break;
            }
        }
    }

    private bool Applies(string name, ObjectDef type) => schema.ByName[name] is CompositeDef on && (on == type || on.PossibleTypes.Contains(type));

    private bool Included(Directive[] directives)
    {
        foreach (var directive in directives)
        {
            if (directive.Name is not ("skip" or "include") || directive.Arguments is not [var argument, ..])
                continue;
            var value = argument.Value is VariableValue variable ? condition(variable.Name) : ((BooleanValue)argument.Value).Value;
            if (value == (directive.Name == "skip"))
                return false;
        }

        return true;
    }

    private (PlanField Field, int Count) Field(ObjectDef type, List<Field> group, bool first)
    {
        var syntax = group[0];
        var definition = schema.FieldOf(type, syntax.Name)!;
        if (++compiled > limits.MaxFields * Repetition)
            throw new PlanLimitException($"The operation selects too many fields: the limit is {limits.MaxFields}.");
        var (children, below) = Children(definition, group);
        foreach (var rule in definition.Rules.Where(r => !r.After))
            rules.Add(rule);
        costVaries |= Array.Exists(syntax.Arguments, a => a.Value is VariableValue && definition.SlicingArguments.Contains(a.Name));
        var arguments = Constant(definition, syntax);
        var isTypename = definition == schema.TypenameField;
        var field = new PlanField
        {
            Definition = definition,
            Syntax = syntax,
            Lead = [first ? (byte)'{' : (byte)',', .. ResponseWriter.EncodeName(syntax.ResponseName), .. isTypename ? ResponseWriter.EncodeText(type.Name) : []],
            Children = children,
            Only = definition.Type.Named is ObjectDef ? children[0] : null,
            Arguments = arguments,
            ArgumentSlot = arguments is null ? slots++ : -1,
            IsTypename = isTypename,
            AfterRules = [.. definition.Rules.Where(r => r.After)],
        };
        return (field, below + 1);
    }

    private (PlanSelection[] Children, int Count) Children(FieldDef definition, List<Field> group)
    {
        if (definition.Type.Named is not CompositeDef composite)
            return ([], 0);
        var most = 0;
        var children = new List<PlanSelection>();
        foreach (var possible in composite.PossibleTypes)
        {
            var (selection, count) = Selection(possible, group.Select(f => f.Selections!));
            children.Add(selection);
            most = Math.Max(most, count);
        }

        return ([.. children], most);
    }

    /// <summary>The bound arguments when no variable takes part; otherwise, or when they do not fit, null.</summary>
    private static object?[]? Constant(FieldDef definition, Field syntax)
    {
        if (definition.Args.Count == 0)
            return [];
        if (Array.Exists(syntax.Arguments, a => HasVariable(a.Value)))
            return null;
        try
        {
            return ArgumentValues.Of(definition, syntax, VariableValues.None, 20_000);
        }
        catch (CoercionException)
        {
            // The run computes them again and reports the error at the field.
            return null;
        }
    }

    private static bool HasVariable(ValueNode value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return value switch
        {
            VariableValue => true,
            ListValue list => Array.Exists(list.Items, HasVariable),
            ObjectValue o => Array.Exists(o.Fields, f => HasVariable(f.Value)),
            _ => false,
        };
    }
}
