using System.CommandLine;
using ModelHub.Cli.Access;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli;

/// <summary>The flags that every command talking to an API takes, and how such a command runs and ends.</summary>
internal sealed class Client
{
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document on standard output", Recursive = true };

    public Option<string?> Url { get; } = new("--url") { Description = "The API; else MODELHUB_URL, the login, or the stack running here", Recursive = true };

    public Option<string?> Token { get; } = new("--token") { Description = "Service token; else MODELHUB_TOKEN, or the login", Recursive = true };

    /// <summary>Makes the command run against the API.</summary>
    public Command Runs(Command command, Func<ParseResult, Session, CancellationToken, Task<Outcome>> action)
    {
        command.SetAction((parsed, ct) => EndAsync(parsed, (screen, stop) => action(parsed, SessionOf(parsed, screen), stop), ct));
        return command;
    }

    /// <summary>Makes the command run against the API that --url names, and without one where it is not given.</summary>
    public Command RunsAlso(Command command, Func<CancellationToken, Task<Outcome>> alone, Func<Session, CancellationToken, Task<Outcome>> action)
    {
        command.SetAction((parsed, ct) => EndAsync(
            parsed, (screen, stop) => parsed.GetValue(Url) is null ? alone(stop) : action(SessionOf(parsed, screen), stop), ct));
        return command;
    }

    private Session SessionOf(ParseResult parsed, Screen screen)
    {
        var credentials = Credentials.Find(parsed.GetValue(Url), parsed.GetValue(Token));
        return new Session(GraphClient.To(Credentials.ApiAddress(credentials.Url), credentials.Token), screen);
    }

    private async Task<int> EndAsync(ParseResult parsed, Func<Screen, CancellationToken, Task<Outcome>> action, CancellationToken ct)
    {
        using var stop = Termination.Watch(ct);
        var screen = Screen.Standard(parsed.GetValue(Json));
        try
        {
            return Print(screen, await action(screen, stop.Token));
        }
        catch (RefusedException refused)
        {
            return Print(screen, refused.Refusal);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            screen.Note("Stopped.");
            return ExitCode.Failed;
        }
    }

    public static int Print(Screen screen, Outcome outcome)
    {
        if (screen.Json)
            screen.Document(outcome.Document.ToJsonString(Screen.Readable));
        else
            foreach (var line in outcome.Lines)
                screen.Say(line);
        return outcome.Code;
    }

    public static int Print(Screen screen, Refusal refusal)
    {
        screen.Note(refusal.ToString());
        if (screen.Json)
            screen.Document(refusal.ToDocument().ToJsonString(Screen.Readable));
        return ExitCode.Refused;
    }
}

/// <summary>What a client command works with.</summary>
internal sealed record Session(GraphClient Graph, Screen Screen);
