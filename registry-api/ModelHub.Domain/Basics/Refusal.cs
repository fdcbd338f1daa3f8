using System.Text;

namespace ModelHub.Domain.Basics;

/// <summary>An expected "no", as a value: its record name is the name clients see, its properties are what the reader needs.</summary>
public abstract record Refusal(string Message)
{
    /// <summary>The record's name in upper snake case: <c>RevisionConflict</c> → <c>REVISION_CONFLICT</c>.</summary>
    public string Code => UpperSnake(GetType().Name);

    private static string UpperSnake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
