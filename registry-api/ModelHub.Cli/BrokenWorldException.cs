namespace ModelHub.Cli;

/// <summary>Something outside this program is not as it must be. The message is for the person at the terminal and says what to do.</summary>
public sealed class BrokenWorldException : Exception
{
    public BrokenWorldException(string message) : base(message)
    {
    }

    public BrokenWorldException(string message, Exception inner) : base(message, inner)
    {
    }
}
