namespace ModelHub.GraphQL.Types;

internal sealed class DirectiveDef(string name, string[] locations)
{
    public string Name { get; } = name;

    public string? Description { get; init; }

    public string[] Locations { get; } = locations;

    public InputValueDef[] Args { get; init; } = [];

    public bool IsRepeatable { get; init; }
}
