namespace ModelHub.Cli;

/// <summary>What scripts rely on.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Refused = 2;

    /// <summary>Still waiting, or inconclusive, at the time limit.</summary>
    public const int Waiting = 3;

    public const int RolledBack = 4;
    public const int WrongUsage = 64;
}
