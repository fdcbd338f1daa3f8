using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Planning;

/// <summary>An operation made ready to run: fragments expanded, fields merged, constants coerced.</summary>
internal sealed class Plan
{
    private UnreadColumns? unread;

    public required OperationDefinition Operation { get; init; }

    public required string Source { get; init; }

    public required PlanSelection Root { get; init; }

    /// <summary>How many fields have arguments that depend on variables.</summary>
    public required int ArgumentSlots { get; init; }

    /// <summary>Everything that is judged once before the run.</summary>
    public required AccessRule[] Rules { get; init; }

    /// <summary>Fields of the widest branch, for the limit.</summary>
    public required int Fields { get; init; }

    /// <summary>Fields of all branches: what the plan takes up.</summary>
    public required int Size { get; init; }

    public OperationKind Kind => Operation.Kind;

    /// <summary>What is left out of each type's rows.</summary>
    public UnreadColumns Unread => LazyInitializer.EnsureInitialized(ref unread, () => new UnreadColumns(Root));

    /// <summary>Bytes of the last answer, for the buffer of the next.</summary>
    public int ExpectedLength { get; set; } = 1024;

    /// <summary>What the operation costs, where no variable bounds a list.</summary>
    public Cost? FixedCost { get; set; }

    public Cost CostOf(VariableValues variables) => FixedCost ?? Cost.Of(this, variables);
}

/// <summary>The fields wanted of one object type.</summary>
internal sealed class PlanSelection(ObjectDef type, PlanField[] fields)
{
    public ObjectDef Type { get; } = type;

    public PlanField[] Fields { get; } = fields;

    /// <summary>Fields that must be resolved before writing: asynchronous ones, and those above such.</summary>
    public PlanField[] Deferred { get; } = Number(fields);

    private static PlanField[] Number(PlanField[] fields)
    {
        PlanField[] deferred = [.. fields.Where(f => f.IsDeferred)];
        for (var i = 0; i < deferred.Length; i++)
            deferred[i].Slot = i;
        return deferred;
    }
}

/// <summary>One field of the answer.</summary>
internal sealed class PlanField
{
    public required FieldDef Definition { get; init; }

    public required Field Syntax { get; init; }

    /// <summary>What stands before the value: a comma or the object's brace, and the response name; for <c>__typename</c> all of it.</summary>
    public required byte[] Lead { get; init; }

    /// <summary>What is selected below, for each object type the value may have.</summary>
    public required PlanSelection[] Children
    {
        get;
        init
        {
            field = value;
            DefersBelow = Array.Exists(value, c => c.Deferred.Length > 0);
        }
    }

    /// <summary>What is selected below, where the value can have one type only.</summary>
    public PlanSelection? Only { get; init; }

    /// <summary>Something below has to be waited for.</summary>
    public bool DefersBelow { get; private init; }

    /// <summary>Arguments that are the same for every request; null when they depend on variables.</summary>
    public object?[]? Arguments { get; init; }

    /// <summary>Where the arguments of a request are kept.</summary>
    public int ArgumentSlot { get; init; } = -1;

    public bool IsTypename { get; init; }

    public AccessRule[] AfterRules { get; init; } = [];

    public int Slot { get; set; } = -1;

    public bool IsDeferred => Definition.Async is not null || AfterRules.Length > 0 || DefersBelow;

    public string ResponseName => Syntax.ResponseName;

    public PlanSelection? For(ObjectDef type)
    {
        foreach (var child in Children)
        {
            if (child.Type == type)
                return child;
        }

        return null;
    }
}
