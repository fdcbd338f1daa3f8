using System.CommandLine;

namespace ModelHub.Cli.Stack;

/// <summary>The flags of the commands that start a stack.</summary>
internal sealed class StackFlags
{
    private const int MostOfAKind = 16;

    public Option<string> Data { get; } = DataFlag();
    public Option<int> Port { get; } = Bounded("--port", "First port; the other hosts take the ones after it", StackOptions.DefaultPort, 1, 65535);
    public Option<int> Nodes { get; } = Bounded("--nodes", "Number of inference nodes", 2, 1, MostOfAKind);
    public Option<int> Routers { get; } = Bounded("--routers", "Number of routers", 1, 1, MostOfAKind);

    public static Option<string> DataFlag() => new("--data")
    {
        Description = "Folder of everything that lasts",
        HelpName = "DIR",
        DefaultValueFactory = _ => StackOptions.DefaultData,
    };

    public StackOptions Read(ParseResult parsed) =>
        new(parsed.GetValue(Data)!, parsed.GetValue(Port), parsed.GetValue(Nodes), parsed.GetValue(Routers));

    private static Option<int> Bounded(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var given) && (given < least || given > most))
                result.AddError($"{name} must be from {least} to {most}, not {given}.");
        });
        return option;
    }
}
